import { keyed } from '../document/document-group.ts'
import { contentHash } from '../lib/content-hash.ts'
import type { Receipt } from '../schema/gate-receipt.ts'
import { GateSettings } from '../schema/gate-settings.ts'
import type { StoredGate } from '../schema/stored-gate.ts'
import type { GateEnd } from '../store/gates.ts'
import type { GateHost } from './gate-host.ts'
import { runsOf } from './runs-of.ts'
import { signReceipt } from './sign-receipt.ts'

/** What is left out is as the gate has it already. */
export type Outcome = Partial<
  Omit<GateEnd, 'endedAt' | 'answerAt' | 'receipt' | 'cause' | 'reasons'>
> &
  Pick<GateEnd, 'cause' | 'reasons'> & {
    /** Of an equal gate, whose answer it is: on how many runs over each document that rests. */
    runs?: number
  }

/**
 * Ends a gate with its receipt. Without a verdict nothing is known, and nothing is passed.
 * @returns the gate, as it ended first
 */
export async function finishGate(
  host: Pick<GateHost, 'store' | 'gate' | 'now' | 'splitKey'>,
  gate: StoredGate,
  { runs, ...outcome }: Outcome,
): Promise<StoredGate> {
  const settings = GateSettings.parse(JSON.parse(gate.policy))
  const { hashes, key, walls, charge, dueAt } = gate
  const endedAt = host.now()
  const end = {
    verdict: 'CANT_TELL' as const,
    measures: null,
    hashes,
    key,
    walls,
    charge,
    ...outcome,
    endedAt,
    answerAt: dueAt ?? endedAt,
  }
  const parts = { end, settings, splitKey: host.splitKey }
  const receipt = receiptOf(gate, { ...parts, runs: runs ?? runsOf({ ...gate, ...end }) })
  const signed = signReceipt(receipt, await host.gate.signingKey())
  await host.store.gates.finish(gate.id, { ...end, receipt: signed })
  return (await host.store.gates.get(gate.id)) ?? gate
}

type Parts = {
  end: Omit<GateEnd, 'receipt'>
  settings: GateSettings
  /** Over each document. */
  runs: number
  splitKey: string
}

/** FAIL and CAN'T TELL are one word in it: its author has it, too. */
function receiptOf(gate: StoredGate, { end, settings, runs, splitKey }: Parts): Receipt {
  const { hashes, walls, charge, verdict, cause, answerAt } = end
  const passed = verdict === 'PASS'
  return {
    gate: gate.id,
    flow: gate.flow,
    candidate: { version: gate.candidate, run: hashes?.candidate ?? null },
    baseline: { version: gate.baseline, run: hashes?.baseline ?? null },
    anchor: gate.anchor === null ? null : { version: gate.anchor, run: hashes?.anchor ?? null },
    testSet: keyed(splitKey, `test set ${gate.testSet}`),
    policy: settings,
    policyHash: contentHash(settings),
    evaluation: hashes?.evaluation ?? null,
    verdict: passed ? 'passed' : 'not-passed',
    cause: passed ? null : cause,
    ...walls,
    solo: gate.solo,
    repeats: runs,
    budgetEntry: charge,
    time: new Date(answerAt).toISOString(),
  }
}

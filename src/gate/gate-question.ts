import { refusalIn } from '../lib/errors.ts'
import type { StoredGate } from '../schema/stored-gate.ts'
import { gateDataset } from './gate-dataset.ts'
import type { GateHost } from './gate-host.ts'
import { markedVersions } from './mark-reference.ts'
import { splitHash } from './measure-version.ts'

/** What a version is judged by, but for the policy. Null in `baseline`: nothing is known to be in production. */
export type GateQuestion = Pick<StoredGate, 'anchor' | 'testSet' | 'models'> & {
  baseline: string | null
}

/** Stands for the hash of a test set where there is none. */
const noTestSet = 'none'

type Host = Pick<GateHost, 'store' | 'flows' | 'gate' | 'isSolo'>

/** As it would be asked now. */
export async function questionNow(host: Host): Promise<GateQuestion> {
  const testSet = await testSetNow(host)
  const { baseline, anchor } = await referencesNow(host, testSet)
  const models = host.flows.modelsHash(host.gate.environment)
  return { baseline, anchor, testSet, models }
}

/** What is in production; and where no anchor is marked, what was so when the test set was made. */
export async function referencesNow(host: Pick<Host, 'store' | 'flows'>, testSet: string) {
  const { flow, baseline, anchor } = await markedVersions(host)
  const { referenceVersions } = host.store
  const version = anchor?.version ?? (await referenceVersions.inProductionAt(flow, testSet))
  return { flow, baseline: baseline?.version ?? null, anchor: version }
}

async function testSetNow(host: Host): Promise<string> {
  try {
    return await testSetOf(host, await gateDataset(host))
  } catch (error) {
    if (refusalIn(error).code === 'gate-dataset') return noTestSet
    throw error
  }
}

/** Hash of what a dataset has to measure on. */
export async function testSetOf(host: Pick<Host, 'store'>, dataset: string): Promise<string> {
  return (await splitHash(host, { dataset, split: 'test' })) ?? noTestSet
}

/** Of one from before it was kept nobody knows which models there were. */
export function isSameQuestion(asked: GateQuestion, other: GateQuestion): boolean {
  return (
    asked.baseline === other.baseline &&
    asked.anchor === other.anchor &&
    asked.testSet === other.testSet &&
    (asked.models === null || asked.models === other.models)
  )
}

import { isStoreFailure, UserFacingError } from '../lib/errors.ts'
import { contentHash } from '../lib/content-hash.ts'
import { GateSettings } from '../schema/gate-settings.ts'
import type { GateHashes, GateMeasure, StoredGate } from '../schema/stored-gate.ts'
import type { GateEnd } from '../store/gates.ts'
import { chargeGate } from './charge-gate.ts'
import { finishGate, type Outcome } from './finish-gate.ts'
import { type GateHost, type GateJob, gatePayer, gateQueue, policyOf } from './gate-host.ts'
import { gateKey, judgeMeasures } from './judge-gate.ts'
import {
  faultRate,
  measureVersion,
  openSplit,
  type OpenedSplit,
  splitHash,
} from './measure-version.ts'
import { areThin, refuseThinWalls } from './refuse-thin-walls.ts'
import { type Side, sidesOf, type Sides } from './gate-sides.ts'
import { isOver, slotOf } from './slot.ts'
import { smokeCheck } from './smoke-check.ts'
import { abortAt, endUndone, endWhenOver } from './time-limit.ts'

/** The job of a gate. What was asked of models before a crash is not asked again. */
export async function runGate(host: GateHost, job: GateJob): Promise<void> {
  const gate = await host.store.gates.get(job.data['gate'] ?? '')
  if (gate === null || gate.state !== 'running') return
  using limit = abortAt(slotOf(gate)?.deadline ?? null, host.now)
  try {
    const outcome = await judge(host, gate, AbortSignal.any([job.signal, limit.signal]))
    // Whoever looked after its time was told that it is not passed.
    if (isOver(gate, host.now())) await endWhenOver(host, gate)
    else await finishGate(host, gate, outcome)
  } catch (error) {
    job.signal.throwIfAborted()
    await endUndone(host, gate, limit.signal.aborted ? 'TIME_LIMIT' : reasonOf(host, error, job))
  }
}

/** Why a gate is not tried again. @throws what it is tried again for */
function reasonOf({ report }: GateHost, error: unknown, { attempt }: GateJob): string {
  if (isStoreFailure(error)) throw error
  const isFinal = error instanceof UserFacingError
  if (!isFinal && attempt < gateQueue.attempts) throw error
  report(error)
  return `HOST:${isFinal ? error.code : 'internal'}`
}

async function judge(host: GateHost, gate: StoredGate, signal: AbortSignal): Promise<Outcome> {
  // Whoever runs it may be on another machine than whoever took the question.
  const { advice, ...walls } = await host.gate.runner.walls()
  refuseThinWalls(host.gate.settings, { walls, advice, solo: gate.solo })
  const sides = await sidesOf(host, gate)
  const hashes = hashesOf(gate, sides)
  const key = gateKey(hashes)
  const known = await decidedBefore(host, key, gate.look)
  const isAnswer = known !== null && (gate.solo || !areThin(host.gate.settings, known.walls))
  if (isAnswer) return { ...outcomeIn(known), hashes, key, charge: null }
  const smoke = await smokeCheck(host, sides.candidate, { dataset: gate.dataset, signal })
  if (smoke !== 'passed') {
    return { cause: smoke, reasons: smoke === 'host-fault' ? ['HOST:smoke'] : ['SMOKE_CHECK'] }
  }
  await requireTestSet(host, gate)
  const charge = await chargeGate(host, gate, key)
  if (charge === null) return { cause: 'budget', reasons: ['BUDGET'] }
  await host.store.gates.progress(gate.id, { hashes, key, charge })
  const { dataset } = gate
  const opened = await openSplit(host, { dataset, split: 'test', person: gatePayer, signal })
  return { ...(await measure(host, gate, { sides, opened, signal })), hashes, key, charge }
}

/** Before anything is paid. @throws UserFacingError gate-test-set-changed */
async function requireTestSet(host: GateHost, { dataset, testSet }: StoredGate): Promise<void> {
  if ((await splitHash(host, { dataset, split: 'test' })) === testSet) return
  throw new UserFacingError(
    'gate-test-set-changed',
    'There is no test set, or it was changed after the gate was asked.',
  )
}

/** Pooled with the first one, another look decides: also for who asks for the first one after it. */
async function decidedBefore(
  { store }: GateHost,
  key: string,
  look: number,
): Promise<StoredGate | null> {
  const pooled = await store.gates.decided(key, 1)
  if (pooled !== null || look === 1) return pooled
  return store.gates.decided(key, 0)
}

function outcomeIn({ verdict, cause, reasons, measures, walls }: StoredGate): Outcome {
  return { verdict, cause, reasons, measures, walls }
}

function hashesOf(gate: StoredGate, { candidate, baseline, anchor }: Sides): GateHashes {
  return {
    candidate: candidate.identity.subjectHash,
    baseline: baseline.identity.subjectHash,
    anchor: anchor?.identity.subjectHash ?? null,
    testSet: gate.testSet,
    policy: contentHash(JSON.parse(gate.policy)),
  }
}

type Measuring = { sides: Sides; opened: OpenedSplit; signal: AbortSignal }
type Measured = { key: string; measure: GateMeasure }

async function measure(
  host: GateHost,
  gate: StoredGate,
  { sides, opened, signal }: Measuring,
): Promise<Outcome> {
  const settings = GateSettings.parse(JSON.parse(gate.policy))
  const { repeats } = settings
  const looks = Array.from({ length: gate.look + 1 }, (_, look) => look * repeats)
  const all = async (side: Side): Promise<Measured[]> => {
    const measured: Measured[] = []
    for (const firstRepeat of looks) {
      const wanted = { ...side, opened, firstRepeat, repeats, signal }
      measured.push(await measureVersion(host, wanted))
    }
    return measured
  }
  const baseline = await all(sides.baseline)
  const anchor = sides.anchor && (await all(sides.anchor))
  const measuresOf = (side: Measured[]) => side.map((one) => one.measure)
  const references = measuresOf([...baseline, ...(anchor ?? [])])
  // Before the candidate is shown anything: what it does then must not be had for nothing.
  if (faultRate(references) > policyOf(settings).maxErrorRate) {
    return { cause: 'host-fault', reasons: ['RUN_ERRORS'] }
  }
  await host.store.gates.progress(gate.id, { candidateAt: host.now() })
  const candidate = await all(sides.candidate)
  const judged = judgeMeasures(
    {
      candidate: measuresOf(candidate),
      baseline: measuresOf(baseline),
      anchor: anchor && measuresOf(anchor),
    },
    settings,
  )
  const keysOf = (side: Measured[]) => side.map((one) => one.key)
  const isFaulty = judged.reasons.includes('RUN_ERRORS')
  return {
    verdict: judged.verdict,
    cause: judged.verdict === 'PASS' ? null : 'quality',
    reasons: judged.reasons,
    // With many faults not all was kept, and the next one asks anew for what is missing.
    measures: isFaulty
      ? null
      : {
          candidate: keysOf(candidate),
          baseline: keysOf(baseline),
          anchor: anchor && keysOf(anchor),
        },
    walls: thinnest([...candidate, ...baseline, ...(anchor ?? [])].map((one) => one.measure.walls)),
  }
}

/** What holds of all of several runs. */
function thinnest(all: readonly GateEnd['walls'][]): GateEnd['walls'] {
  return {
    isolation: all.every(({ isolation }) => isolation === 'os') ? 'os' : 'process',
    boundary: all.every(({ boundary }) => boundary === 'users') ? 'users' : 'none',
  }
}

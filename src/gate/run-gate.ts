import { UserFacingError } from '../lib/errors.ts'
import { evaluationHash } from '../evaluation/evaluate-outputs.ts'
import { contentHash } from '../lib/content-hash.ts'
import { once } from '../lib/once.ts'
import { GateSettings } from '../schema/gate-settings.ts'
import type { GateHashes, GateMeasure, StoredGate } from '../schema/stored-gate.ts'
import { answeredBefore } from './answered-before.ts'
import { type GateSideName, requireOpen, withKey } from './asked-keys.ts'
import { chargeGate } from './charge-gate.ts'
import { finalFault } from './final-fault.ts'
import type { Outcome } from './finish-gate.ts'
import { hiddenTextReason, hiddenTextReasons } from './hidden-text.ts'
import { type GateHost, type GateJob, gatePayer, gateQueue, policyOf } from './gate-host.ts'
import { gateKey, judgeMeasures } from './judge-gate.ts'
import {
  measureVersion,
  openSplit,
  type OpenedSplit,
  referenceFaultRate,
  splitHash,
} from './measure-version.ts'
import { areThin, findGateWalls, thinnest } from './refuse-thin-walls.ts'
import { runsOf } from './runs-of.ts'
import { type Side, sidesOf, type Sides } from './gate-sides.ts'
import { isOver, slotOf } from './slot.ts'
import { smokeCheck } from './smoke-check.ts'
import { abortAt, endGate, endUndone, endWhenOver } from './time-limit.ts'

/** The job of a gate. What was asked of models before a crash is not asked again. */
export async function runGate(host: GateHost, job: GateJob): Promise<void> {
  const gate = await host.store.gates.get(job.data['gate'] ?? '')
  if (gate === null || gate.state !== 'running') return
  using limit = abortAt(slotOf(gate)?.deadline ?? null, host.now)
  try {
    const outcome = await judge(host, gate, { job: job.signal, limit: limit.signal })
    // Whoever looked after its time was told that it is not passed.
    if (isOver(gate, host.now())) await endWhenOver(host, gate)
    else await endGate(host, gate, outcome)
  } catch (error) {
    job.signal.throwIfAborted()
    const { attempt } = job
    const reason = limit.signal.aborted
      ? 'TIME_LIMIT'
      : `HOST:${finalFault(host, error, { ...gateQueue, attempt })}`
    await endUndone(host, gate, reason)
  }
}

/** Its job ended every process that ran it: nobody else would ever end a gate that has no time of its own. */
export async function endCrashedGate(
  host: GateHost,
  { data }: Pick<GateJob, 'data'>,
  code: string,
): Promise<void> {
  const gate = await host.store.gates.get(data['gate'] ?? '')
  if (gate?.state === 'running') await endUndone(host, gate, `HOST:${code}`)
}

/** Aborted when the job is stopped, and when the time of the gate is over. */
type Signals = { job: AbortSignal; limit: AbortSignal }

async function judge(host: GateHost, gate: StoredGate, signals: Signals): Promise<Outcome> {
  const signal = AbortSignal.any([signals.job, signals.limit])
  // Whoever runs it may be on another machine than whoever took the question.
  await findGateWalls(host.gate, gate.solo)
  const sides = await sidesOf(host, gate)
  const hashes = hashesOf(host, gate, sides)
  const key = gateKey(hashes)
  const known = await answeredBefore(host.store, { ...gate, key })
  const isAnswer = known !== null && (gate.solo || !areThin(host.gate.settings, known.walls))
  if (isAnswer) {
    const reasons = await reasonsAnew(host, gate, { known, signal })
    // What it was told before was asked there.
    await host.store.gates.progress(gate.id, { asked: known.asked })
    return { ...outcomeIn(known), reasons, hashes, key, charge: null }
  }
  // What goes on after its candidate was shown hidden examples came through it before.
  const smoke = gate.candidateAt === null ? await trySmoke(host, gate, { sides, signals }) : null
  if (smoke !== null) return smoke
  await requireTestSet(host, gate)
  const charge = await chargeGate(host, gate, key)
  if (charge === null) return { cause: 'budget', reasons: ['BUDGET'] }
  await host.store.gates.progress(gate.id, { hashes, key, charge })
  const { dataset } = gate
  const opened = await openSplit(host, { dataset, split: 'test', person: gatePayer, signal })
  const texts = await hiddenTextReasons(host, { candidate: gate.candidate, opened })
  const measured = await measure(host, gate, { sides, opened, signal })
  const reasons = [...measured.reasons, ...texts]
  return { ...measured, reasons, hashes, key, charge }
}

/** What it ends with; null: it goes on. A version that does not come to an end on what its author knows fails there. */
async function trySmoke(
  host: GateHost,
  gate: StoredGate,
  { sides, signals }: { sides: Sides; signals: Signals },
): Promise<Outcome | null> {
  const begunAt = host.now()
  const signal = AbortSignal.any([signals.job, signals.limit])
  try {
    const smoke = await smokeCheck(host, sides, { gate, signal })
    if (smoke === 'passed') return null
    return { cause: smoke, reasons: [smoke === 'host-fault' ? 'HOST:smoke' : 'SMOKE_CHECK'] }
  } catch (error) {
    if (!signals.limit.aborted || !hadTime(gate, begunAt) || isBusy(error)) throw error
    signals.job.throwIfAborted()
    return { cause: 'functional-tests', reasons: ['SMOKE_CHECK', 'TIME_LIMIT'] }
  }
}

/** It came too late to a gate worker that ran other flows. */
function isBusy(error: unknown): boolean {
  return error instanceof UserFacingError && error.code === 'gate-worker-busy'
}

/** Whether there was most of its time left: what begins late is stopped through no fault of its own. */
function hadTime(gate: StoredGate, begunAt: number): boolean {
  const slot = slotOf(gate)
  return slot !== null && begunAt <= (slot.from + slot.deadline) / 2
}

/** Before anything is paid. @throws UserFacingError gate-test-set-changed */
async function requireTestSet(host: GateHost, { dataset, testSet }: StoredGate): Promise<void> {
  if ((await splitHash(host, { dataset, split: 'test' })) === testSet) return
  throw new UserFacingError(
    'gate-test-set-changed',
    'There is no test set, or it was changed after the gate was asked.',
  )
}

/** What runs alike is not alike in what no run reads: hidden text may stand in one of the two. */
async function reasonsAnew(
  host: GateHost,
  { dataset, testSet, candidate }: StoredGate,
  { known, signal }: { known: StoredGate; signal: AbortSignal },
): Promise<string[]> {
  if ((await splitHash(host, { dataset, split: 'test' })) !== testSet) return known.reasons
  const opened = await openSplit(host, { dataset, split: 'test', person: gatePayer, signal })
  const measured = known.reasons.filter((reason) => reason !== hiddenTextReason)
  return [...measured, ...(await hiddenTextReasons(host, { candidate, opened }))]
}

function outcomeIn(known: StoredGate): Outcome {
  const { verdict, cause, reasons, measures, walls } = known
  return { verdict, cause, reasons, measures, walls, runs: runsOf(known) }
}

function hashesOf(
  { policyHash }: Pick<GateHost, 'policyHash'>,
  gate: StoredGate,
  { candidate, baseline, anchor }: Sides,
): GateHashes {
  return {
    candidate: candidate.identity.subjectHash,
    baseline: baseline.identity.subjectHash,
    anchor: anchor?.identity.subjectHash ?? null,
    testSet: gate.testSet,
    policy: contentHash(JSON.parse(gate.policy)),
    evaluation: contentHash([evaluationHash(candidate.identity.types), policyHash]),
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
  const { solo } = gate
  const looks = Array.from({ length: gate.look + 1 }, (_, look) => look * repeats)
  let { asked } = gate
  const show = showing(host, gate)
  const all = async (name: GateSideName, side: Side): Promise<Measured[]> => {
    const measured: Measured[] = []
    const tell = async (key: string): Promise<void> => {
      asked = withKey(asked, name, key)
      requireOpen(await host.store.gates.progress(gate.id, { asked }))
    }
    for (const firstRepeat of looks) {
      const isReference = name !== 'candidate'
      const wanted = { ...side, opened, firstRepeat, repeats, solo, isReference, tell, signal }
      const begins = isReference ? undefined : show
      measured.push(await measureVersion(host, { ...wanted, begins }))
    }
    return measured
  }
  const baseline = await all('baseline', sides.baseline)
  const anchor = sides.anchor && (await all('anchor', sides.anchor))
  const measuresOf = (side: Measured[]) => side.map((one) => one.measure)
  const references = measuresOf([...baseline, ...(anchor ?? [])])
  // Before the candidate is shown anything: what it does then must not be had for nothing.
  if (referenceFaultRate(references) > policyOf(settings).maxErrorRate) {
    return { cause: 'host-fault', reasons: ['RUN_ERRORS'] }
  }
  const candidate = await all('candidate', sides.candidate)
  // Also where all of it was measured before.
  await show()
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

/**
 * Notes since when the candidate has read hidden examples. While it only waits for its turn it has not: who waits is
 * at no fault.
 */
function showing(
  { store, now }: Pick<GateHost, 'store' | 'now'>,
  { id, candidateAt }: StoredGate,
): () => Promise<void> {
  return once(async () => {
    requireOpen(await store.gates.progress(id, { candidateAt: candidateAt ?? now() }))
  })
}

import { openToMeasure } from '../dataset/dataset-source.ts'
import { loadExampleDocuments } from '../dataset/example-document.ts'
import type { RunOutput } from '../evaluation/evaluate-outputs.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { StoredGate } from '../schema/stored-gate.ts'
import { smokeKey } from './asked-keys.ts'
import type { GateHost } from './gate-host.ts'
import type { Sides } from './gate-sides.ts'
import { findGateWalls } from './refuse-thin-walls.ts'

/** Of the split `evaluation`, in the order of their ids. */
const documentsTried = 3

type Host = Pick<GateHost, 'datasets' | 'flows' | 'gate'>
type Tryable = Pick<Sides, 'candidate' | 'baseline'>
type SmokeResult = 'passed' | 'functional-tests' | 'host-fault'
type Tried = {
  gate: Pick<StoredGate, 'id' | 'dataset' | 'solo'>
  documents: ReadonlyMap<string, ReviewDocument>
  signal: AbortSignal
}

/**
 * Whether the candidate runs on examples that its author knows, before anything is spent of the budget. All of them
 * have to go well, but for those that go wrong with what is in production, too. Where there is none, there is nothing
 * to try it on.
 */
export async function smokeCheck(
  host: Host,
  sides: Tryable,
  { gate, signal }: Pick<Tried, 'gate' | 'signal'>,
): Promise<SmokeResult> {
  const dataset = await openToMeasure(host.datasets, gate.dataset).catch((error: unknown) => {
    if (error instanceof UserFacingError && error.code === 'dataset-not-found') return null
    throw error
  })
  if (dataset === null) return 'passed'
  const examples = dataset.examples
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, documentsTried)
  const documents = await loadExampleDocuments(examples, host.flows.documents, { signal })
  const failed = await failuresOf(host, { sides, side: 'candidate', gate, documents, signal })
  if (failed.size === 0) return 'passed'
  if (failed.size === documents.size) return blame([...failed.values()])
  const wrong = new Map([...documents].filter(([id]) => failed.has(id)))
  const own = { sides, side: 'baseline' as const, gate, documents: wrong, signal }
  const before = await failuresOf(host, own)
  const alone = [...failed].flatMap(([id, output]) => (before.has(id) ? [] : [output]))
  return alone.length === 0 ? 'passed' : blame(alone)
}

function blame(failed: readonly RunOutput[]): SmokeResult {
  return failed.some(({ hostFault }) => hostFault) ? 'host-fault' : 'functional-tests'
}

/** By document. */
async function failuresOf(
  host: Pick<Host, 'gate'>,
  { sides, side, gate, documents, signal }: Tried & { sides: Tryable; side: keyof Tryable },
): Promise<Map<string, RunOutput>> {
  const { version } = sides[side]
  const recorded = { measure: smokeKey(gate.id, side), dataset: gate.dataset }
  const behind = await findGateWalls(host.gate, gate.solo)
  const once = { firstRepeat: 0, repeats: 1, apart: 'smoke', behind, recorded }
  const [outputs] = await host.gate.runner.run({ version, documents, ...once, signal })
  return new Map([...(outputs ?? [])].filter(([, { error }]) => error !== null))
}

import { openToMeasure } from '../dataset/dataset-source.ts'
import { loadExampleDocuments } from '../dataset/example-document.ts'
import type { RunOutput } from '../evaluation/evaluate-outputs.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { GateHost } from './gate-host.ts'
import type { Side, Sides } from './gate-sides.ts'

/** Of the split `evaluation`, in the order of their ids. */
const documentsTried = 3

type Host = Pick<GateHost, 'datasets' | 'flows' | 'gate'>
type SmokeResult = 'passed' | 'functional-tests' | 'host-fault'
type Tried = { documents: ReadonlyMap<string, ReviewDocument>; signal: AbortSignal }

/**
 * Whether the candidate runs on examples that its author knows, before anything is spent of the budget. All of them
 * have to go well, but for those that go wrong with what is in production, too. Where there is none, there is nothing
 * to try it on.
 */
export async function smokeCheck(
  host: Host,
  { candidate, baseline }: Pick<Sides, 'candidate' | 'baseline'>,
  { dataset: name, signal }: { dataset: string; signal: AbortSignal },
): Promise<SmokeResult> {
  const dataset = await openToMeasure(host.datasets, name).catch((error: unknown) => {
    if (error instanceof UserFacingError && error.code === 'dataset-not-found') return null
    throw error
  })
  if (dataset === null) return 'passed'
  const examples = dataset.examples
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, documentsTried)
  const documents = await loadExampleDocuments(examples, host.flows.documents, { signal })
  const failed = await failuresOf(host, candidate, { documents, signal })
  if (failed.size === 0) return 'passed'
  if (failed.size === documents.size) return blame([...failed.values()])
  const wrong = new Map([...documents].filter(([id]) => failed.has(id)))
  const before = await failuresOf(host, baseline, { documents: wrong, signal })
  const own = [...failed].flatMap(([id, output]) => (before.has(id) ? [] : [output]))
  return own.length === 0 ? 'passed' : blame(own)
}

function blame(failed: readonly RunOutput[]): SmokeResult {
  return failed.some(({ hostFault }) => hostFault) ? 'host-fault' : 'functional-tests'
}

/** By document. */
async function failuresOf(
  { gate }: Pick<Host, 'gate'>,
  { version }: Pick<Side, 'version'>,
  { documents, signal }: Tried,
): Promise<Map<string, RunOutput>> {
  const wanted = { version, documents, firstRepeat: 0, repeats: 1, apart: 'smoke', signal }
  const [outputs] = await gate.runner.run(wanted)
  return new Map([...(outputs ?? [])].filter(([, { error }]) => error !== null))
}

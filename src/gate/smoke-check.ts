import { openToMeasure } from '../dataset/dataset-source.ts'
import { loadExampleDocuments } from '../dataset/example-document.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { GateHost } from './gate-host.ts'

/** Of the split `evaluation`, in the order of their ids. */
const documentsTried = 3

/**
 * Whether the candidate runs at all, on examples that its author knows; before anything is spent of the
 * budget. Where there is none, there is nothing to try it on.
 */
export async function smokeCheck(
  host: Pick<GateHost, 'datasets' | 'flows' | 'gate'>,
  { version }: { version: string },
  { dataset: name, signal }: { dataset: string; signal: AbortSignal },
): Promise<'passed' | 'functional-tests' | 'host-fault'> {
  const dataset = await openToMeasure(host.datasets, name).catch((error: unknown) => {
    if (error instanceof UserFacingError && error.code === 'dataset-not-found') return null
    throw error
  })
  if (dataset === null) return 'passed'
  const examples = dataset.examples
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, documentsTried)
  const documents = await loadExampleDocuments(examples, host.flows.documents, { signal })
  const wanted = { version, documents, firstRepeat: 0, repeats: 1, apart: 'smoke', signal }
  const [outputs] = await host.gate.runner.run(wanted)
  const all = [...(outputs?.values() ?? [])]
  if (all.some(({ error }) => error === null)) return 'passed'
  return all.some(({ hostFault }) => hostFault) ? 'host-fault' : 'functional-tests'
}

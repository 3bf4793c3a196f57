import { hiddenLeaks } from '../dataset/hidden-leaks.ts'
import { leakSourcesOf } from '../dataset/leak-sources.ts'
import { openTexts } from '../dataset/open-texts.ts'
import type { GateHost } from './gate-host.ts'
import type { OpenedSplit } from './measure-version.ts'

/**
 * A reason that decides nothing, for who decides: hidden examples stand in the prompts, the rules or the code
 * of the candidate. Which ones is told by the check of the dataset, to custodians alone.
 */
export const hiddenTextReason = 'HIDDEN_TEXT_IN_CANDIDATE'

type Looked = {
  /** Hash of a version, as its author wrote it. */
  candidate: string
  opened: OpenedSplit
}

/** The reason, if something of the split stands in the candidate, and in nothing that engineers see. */
export async function hiddenTextReasons(
  { store, flows }: Pick<GateHost, 'store' | 'flows'>,
  { candidate, opened: { split, dataset, documents } }: Looked,
): Promise<string[]> {
  const { manifest } = await flows.get(candidate)
  const placed = dataset.examples.flatMap(({ id, issues }) => {
    const document = documents.get(id)
    return document === undefined ? [] : [{ id, split, issues, paragraphs: document.paragraphs }]
  })
  const common = async () => {
    const version = await store.datasets.version('everything', { dataset: dataset.name })
    return version === null ? [] : openTexts(store.datasets, version)
  }
  const leaks = await hiddenLeaks(placed, { sources: leakSourcesOf(manifest), common })
  return leaks.length > 0 ? [hiddenTextReason] : []
}

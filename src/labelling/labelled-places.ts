import { matchIssues } from '../evaluation/match-issues.ts'
import type { LabelledIssue } from '../schema/example.ts'
import type { DatasetParagraph } from '../schema/stored-dataset.ts'

export type AnnotatorLabels = {
  person: string
  labels: readonly LabelledIssue[]
}

/** A label of somebody: the number of it among theirs, from 0. */
export type LabelOf = { person: string; number: number; label: LabelledIssue }

/** What people labelled at one place: at most one label of each. */
export type LabelledPlace = {
  labels: LabelOf[]
  /** Position of the paragraph among all; null where the text does not have the words. */
  paragraph: number | null
  /** Whether everybody labelled it, as the same type, and as counting or not. */
  isAgreed: boolean
}

type Found = { labels: LabelOf[]; place: { position: number; start: number } | null }

/**
 * Labels of several people for one text by the places that they are of, in the order of the text. Each
 * set is matched to the places found so far, as a detection is to the truth: by place, same type first.
 * Two sets give the same places in either order; of more, those that overlap only in part may not.
 */
export function labelledPlaces(
  paragraphs: readonly DatasetParagraph[],
  sets: readonly AnnotatorLabels[],
): LabelledPlace[] {
  const found: Found[] = []
  for (const { person, labels } of sets) {
    const known = found.map((one) => countingOf(one.labels[0]?.label))
    const { matches, crossType, detectionPlaces } = matchIssues(labels.map(countingOf), known, {
      paragraphs,
    })
    const pairs = new Map([...crossType, ...matches].map((pair) => [pair.detection, pair.truth]))
    for (const [number, label] of labels.entries()) {
      const own = { person, number, label }
      const place = found[pairs.get(number) ?? -1]
      if (place === undefined) found.push({ labels: [own], place: detectionPlaces[number] ?? null })
      else place.labels.push(own)
    }
  }
  return found.toSorted(inOrder).map(({ labels, place }) => ({
    labels,
    paragraph: place?.position ?? null,
    isAgreed: labels.length === sets.length && new Set(labels.map(kindOf)).size === 1,
  }))
}

/** What two must both say to agree on an issue that both labelled. */
export function kindOf({ label: { type, ignore } }: Pick<LabelOf, 'label'>): string {
  return JSON.stringify([type, ignore === true])
}

/** Matching sets debatable truths aside; here they are labels like all others. */
function countingOf(label: LabelledIssue | undefined): LabelledIssue {
  const { ignore: _ignore, ...rest } = label ?? { type: '', text: '', location: {} }
  return rest
}

function inOrder({ place: a }: Found, { place: b }: Found): number {
  const last = { position: Number.MAX_SAFE_INTEGER, start: 0 }
  const [one, other] = [a ?? last, b ?? last]
  return one.position - other.position || one.start - other.start
}

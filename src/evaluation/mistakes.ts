import { splitSentences } from '../agent/sentences.ts'
import type { MistakeInContext, MistakeKind } from '../schema/evaluation-details.ts'
import type { EvaluatedDocument, MatchedRepeat } from './evaluate-outputs.ts'
import { type MatchableIssue, type Pair, strictTau } from './match-issues.ts'
import type { ParagraphText } from '../place/paragraph-index.ts'
import type { Place } from '../place/resolve-issue.ts'

export type Mistake = Pick<
  MistakeInContext,
  'kind' | 'document' | 'detected' | 'truth' | 'sentence'
>

/** What one run got wrong, in document order. A bad span is a hit that overlaps by less than half. */
export function listMistakes(documents: readonly EvaluatedDocument[], repeat = 0): Mistake[] {
  return documents.flatMap((document) => {
    const run = document.repeats[repeat]
    return run === undefined ? [] : mistakesOf(document, run)
  })
}

function mistakesOf(document: EvaluatedDocument, { output, match }: MatchedRepeat): Mistake[] {
  const mistake = (kind: MistakeKind, sides: { detection?: number; truth?: number }): Mistake => {
    const detected = pick(output.issues, match.detectionPlaces, sides.detection)
    const truth = pick(document.truths, match.truthPlaces, sides.truth)
    return {
      kind,
      document: document.id,
      detected: naming(detected),
      truth: naming(truth),
      sentence: sentenceOf(truth ?? detected, document.paragraphs),
    }
  }
  const ofPair =
    (kind: MistakeKind) =>
    ({ detection, truth }: Pair): Mistake =>
      mistake(kind, { detection, truth })
  const alone = match.detectionKind.flatMap((kind, detection): Mistake[] => {
    if (kind === 'spurious') return [mistake('spurious', { detection })]
    const isDuplicate = kind === 'duplicate' || kind === 'duplicate_other_type'
    return isDuplicate ? [mistake('duplicate', { detection })] : []
  })
  return [
    ...match.crossType.map(ofPair('wrong type')),
    ...match.matches.filter(({ similarity }) => similarity < strictTau).map(ofPair('bad span')),
    ...alone,
    ...match.missed.map((truth) => mistake('missed', { truth })),
  ]
}

type Picked = { issue: MatchableIssue; place: Place | null }

function pick(
  issues: readonly MatchableIssue[],
  places: readonly (Place | null)[],
  index = -1,
): Picked | null {
  const issue = issues[index]
  return issue === undefined ? null : { issue, place: places[index] ?? null }
}

function naming(picked: Picked | null): { type: string; text: string } | null {
  return picked && { type: picked.issue.type, text: picked.issue.text }
}

/** A place is in normalised text; the sentences shown, all that the issue touches, are the document's. */
function sentenceOf(picked: Picked | null, paragraphs: readonly ParagraphText[]): string {
  if (picked === null) return ''
  const { issue, place } = picked
  const paragraph = place === null ? '' : (paragraphs[place.position]?.text ?? '')
  const start = issue.location.start ?? paragraph.indexOf(issue.text)
  if (start < 0 || paragraph === '') return issue.location.sourceSentence ?? ''
  const end = issue.location.end ?? start + issue.text.length
  const touched = splitSentences(paragraph).filter(
    (sentence) => sentence.start < Math.max(end, start + 1) && sentence.end > start,
  )
  return touched.map(({ text }) => text).join(' ')
}

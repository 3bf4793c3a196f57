import type { MistakeInContext, TextRange } from '../schema/evaluation-details.ts'
import type { EvaluatedDocument, MatchedRepeat } from './evaluate-outputs.ts'
import { type MatchableIssue, strictTau } from './match-issues.ts'
import { listMistakes, type Mistake } from './mistakes.ts'
import { rawRange } from '../place/raw-range.ts'
import type { Place } from '../place/resolve-issue.ts'

/** The mistakes of `listMistakes`, in its order, each with its paragraph. */
export function listMistakesInContext(
  documents: readonly EvaluatedDocument[],
  repeat = 0,
): MistakeInContext[] {
  return documents.flatMap((document) => {
    const run = document.repeats[repeat]
    return run === undefined ? [] : contextsOf(document, run, listMistakes([document], repeat))
  })
}

function contextsOf(
  document: EvaluatedDocument,
  run: MatchedRepeat,
  mistakes: readonly Mistake[],
): MistakeInContext[] {
  const sides = sidesByKind(run)
  const seen = new Map<Mistake['kind'], number>()
  return mistakes.map((mistake) => {
    const nth = seen.get(mistake.kind) ?? 0
    seen.set(mistake.kind, nth + 1)
    const { detection, truth } = sides[mistake.kind][nth] ?? {}
    const detected = locate(
      run.output.issues[detection ?? -1],
      run.match.detectionPlaces[detection ?? -1],
    )
    const labelled = locate(document.truths[truth ?? -1], run.match.truthPlaces[truth ?? -1])
    return { ...mistake, ...inParagraph(document, detected, labelled) }
  })
}

type Sides = { detection?: number; truth?: number }

/** What the mistakes of each kind are about, in the order in which `listMistakes` lists a kind. */
function sidesByKind({ match }: MatchedRepeat): Record<Mistake['kind'], Sides[]> {
  const alone = match.detectionKind.map((kind, detection) => ({ kind, detection }))
  return {
    'wrong type': match.crossType,
    'bad span': match.matches.filter(({ similarity }) => similarity < strictTau),
    duplicate: alone.filter(({ kind }) => kind === 'duplicate' || kind === 'duplicate_other_type'),
    spurious: alone.filter(({ kind }) => kind === 'spurious'),
    missed: match.missed.map((truth) => ({ truth })),
  }
}

type Located = { issue: MatchableIssue; place: Place }

function locate(
  issue: MatchableIssue | undefined,
  place: Place | null | undefined,
): Located | null {
  return issue && place ? { issue, place } : null
}

function inParagraph(
  { paragraphs }: EvaluatedDocument,
  detected: Located | null,
  labelled: Located | null,
): Pick<MistakeInContext, 'paragraph' | 'detectedRange' | 'truthRange'> {
  const position = (labelled ?? detected)?.place.position
  const paragraph = position === undefined ? undefined : paragraphs[position]
  if (paragraph === undefined) return { paragraph: null, detectedRange: null, truthRange: null }
  const range = (located: Located | null): TextRange | null =>
    located?.place.position === position && located !== null
      ? rangeOf(located, paragraph.text)
      : null
  const { index, text } = paragraph
  return { paragraph: { index, text }, detectedRange: range(detected), truthRange: range(labelled) }
}

/** An insertion has an empty range. */
function rangeOf({ issue, place }: Located, text: string): TextRange | null {
  const { start, end } = issue.location
  const isGiven = place.level === 'offsets' && typeof start === 'number' && typeof end === 'number'
  return isGiven ? { start, end: Math.min(end, text.length) } : rawRange(place, text)
}

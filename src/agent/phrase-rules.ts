import type { PhraseRule } from './agent-config.ts'
import { anyPhrase, endsInPhrase, startsWithPhrase } from './phrase-pattern.ts'
import { splitSentences } from './sentences.ts'

export type PhraseMatch = {
  rule: PhraseRule
  start: number
  end: number
  sentence: string
  fix: string | null
}

export type PhraseMatcher = (text: string) => PhraseMatch[]

/** Compiles rules once; the matcher takes a paragraph and is linear in its length. */
export function compileRules(rules: PhraseRule[]): PhraseMatcher {
  const compiled = rules.map(compileRule)
  return (text) => {
    const sentences = splitSentences(text)
    const matches = sentences.flatMap(({ start, text: sentence }) =>
      compiled.flatMap((findIn) =>
        findIn(sentence).map((match) => {
          return { ...match, start: match.start + start, end: match.end + start, sentence }
        }),
      ),
    )
    return withoutOverlaps(matches)
  }
}

type RuleMatch = Omit<PhraseMatch, 'sentence'>

function compileRule(rule: PhraseRule): (sentence: string) => RuleMatch[] {
  const match = anyPhrase(rule.match)
  const inSentence = rule.unlessSentence && anyPhrase(rule.unlessSentence)
  const before = rule.unlessBefore && endsInPhrase(rule.unlessBefore)
  const after = rule.unlessAfter && startsWithPhrase(rule.unlessAfter)
  return (sentence) => {
    // Questions promise nothing, and neither does a heading, which ends without a stop.
    if (!/[.!;:…]["'”’)\]]*$/u.test(sentence)) return []
    if (inSentence && sentence.search(inSentence) !== -1) return []
    return [...sentence.matchAll(match)]
      .filter(({ 0: text, index }) => {
        const [left, right] = [sentence.slice(0, index), sentence.slice(index + text.length)]
        return !before?.test(left) && !after?.test(right)
      })
      .map(({ 0: text, index }) => {
        const fix = rule.fix === null ? null : withCaseOf(text, rule.fix)
        return { rule, start: index, end: index + text.length, fix }
      })
  }
}

function withCaseOf(original: string, fix: string): string {
  const first = original.slice(0, 1)
  const upper = first !== first.toLowerCase()
  return upper ? fix.slice(0, 1).toUpperCase() + fix.slice(1) : fix
}

/** Where rules overlap, the higher score wins, then the longer match. */
function withoutOverlaps(matches: PhraseMatch[]): PhraseMatch[] {
  const kept: PhraseMatch[] = []
  const byWeight = matches.toSorted(
    (a, b) => b.rule.score - a.rule.score || b.end - b.start - (a.end - a.start),
  )
  for (const match of byWeight) {
    if (!kept.some(({ start, end }) => match.start < end && start < match.end)) kept.push(match)
  }
  return kept.toSorted((a, b) => a.start - b.start)
}

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

/** No phrase is longer; looking further would make long sentences cost quadratic time. */
const contextLength = 200

function compileRule(rule: PhraseRule): (sentence: string) => RuleMatch[] {
  const match = anyPhrase(rule.match)
  const inSentence = rule.unlessSentence && anyPhrase(rule.unlessSentence)
  const allowed = compileContext(rule)
  return (sentence) => {
    const matches = [...sentence.matchAll(match)]
    if (matches.length === 0) return []
    // Questions promise nothing, and neither does a heading, which ends without a stop.
    if (!/[.!;:…]["'”’)\]]*$/u.test(sentence)) return []
    if (inSentence && sentence.search(inSentence) !== -1) return []
    return matches
      .map(({ 0: text, index }) => ({ text, start: index, end: index + text.length }))
      .filter(({ start, end }) => allowed(sentence, start, end))
      .map(({ text, start, end }) => ({ rule, start, end, fix: fixFor(text, rule.fix) }))
  }
}

function compileContext(
  rule: PhraseRule,
): (sentence: string, start: number, end: number) => boolean {
  const needsBefore = rule.needsBefore && endsInPhrase(rule.needsBefore)
  const needsAfter = rule.needsAfter && startsWithPhrase(rule.needsAfter)
  const unlessBefore = rule.unlessBefore && endsInPhrase(rule.unlessBefore)
  const unlessAfter = rule.unlessAfter && startsWithPhrase(rule.unlessAfter)
  return (sentence, start, end) => {
    const before = sentence.slice(Math.max(0, start - contextLength), start)
    const after = sentence.slice(end, end + contextLength)
    if (needsBefore && !needsBefore.test(before)) return false
    if (needsAfter && !needsAfter.test(after)) return false
    return !unlessBefore?.test(before) && !unlessAfter?.test(after)
  }
}

function fixFor(text: string, template: string | null): string | null {
  if (template === null) return null
  if (isShouted(text)) return template.toUpperCase().replaceAll('{MATCH}', () => text)
  const first = text.slice(0, 1)
  const upper = first !== first.toLowerCase()
  const inner =
    upper && !template.startsWith('{match}') ? first.toLowerCase() + text.slice(1) : text
  const fix = template.replaceAll('{match}', () => inner)
  return upper ? fix.slice(0, 1).toUpperCase() + fix.slice(1) : fix
}

/** Written in capitals throughout, as licences do. */
function isShouted(text: string): boolean {
  return /\p{Lu}.*\p{Lu}/u.test(text) && text === text.toUpperCase()
}

/** Where rules overlap, the higher score wins, then the longer match. */
function withoutOverlaps(matches: PhraseMatch[]): PhraseMatch[] {
  const kept: PhraseMatch[] = []
  for (const match of matches.toSorted((a, b) => a.start - b.start)) {
    const last = kept.at(-1)
    if (last === undefined || match.start >= last.end) kept.push(match)
    else if (outweighs(match, last)) kept[kept.length - 1] = match
  }
  return kept
}

function outweighs(a: PhraseMatch, b: PhraseMatch): boolean {
  if (a.rule.score !== b.rule.score) return a.rule.score > b.rule.score
  return a.end - a.start > b.end - b.start
}

/** A finding of the grammar checker; offsets are UTF-16 in its paragraph. */
export type GrammarFinding = {
  paragraph: number
  /** The checker's name for the rule, and the kind of problem. */
  rule: string
  kind: string
  start: number
  end: number
  text: string
  /** The characters right beside it. */
  before: string
  after: string
  message: string
  /** Replacement for `text`; null when the checker has none that is sure. */
  fix: string | null
}

export type Dictionary = {
  isKnown(word: string): boolean
  suggest(word: string): string[]
}

/** Mistakes; the other kinds of the checker are matters of style, layout and house usage. */
const kinds = new Set([
  'Agreement',
  'BoundaryError',
  'Eggcorn',
  'Grammar',
  'Malapropism',
  'Miscellaneous',
  'Nonstandard',
  'Repetition',
  'Spelling',
  'Typo',
])
/** Rules that were wrong nearly every time they fired on booklets and contracts; see docs/agents.md. */
const unreliable = new Set([
  'CriteriaPhenomena',
  'Damages',
  'InflectedVerbAfterTo',
  'MassNouns',
  'MissingPreposition',
  'MissingTo',
  'SplitWords',
  'TheirToTheyre',
  'TheyToThem',
])
/** A rule that fires so often in one document fires on its style, not on slips. */
const maxPerDocument = 3
/** Spelling mistakes are at most so many edits away from a word. */
const maxEdits = 2

/** The checker's kinds that are mistakes; the others are taste, layout and advice on style. */
const mistakes = new Set([
  'Agreement',
  'BoundaryError',
  'Eggcorn',
  'Grammar',
  'Malapropism',
  'Miscellaneous',
  'Nonstandard',
  'Repetition',
  'Spelling',
  'Typo',
])

/**
 * Keeps what a careful reader would call a mistake. Raw, the checker reports some 28 findings in
 * 1,000 words of a benefit booklet, nearly all of them names, terms and style. Spelling counts only
 * for a lower-case word that stands once in the document, that a second dictionary rejects too and
 * that two edits make a word; any other rule is muted when it fires often in the document.
 */
export function filterGrammar(
  findings: GrammarFinding[],
  dictionary: Dictionary,
): GrammarFinding[] {
  const slips = findings.filter(({ kind }) => mistakes.has(kind))
  const words = Map.groupBy(slips.filter(isSpelling), ({ text }) => text.toLowerCase())
  const rules = Map.groupBy(slips, ({ rule }) => rule)
  return slips.filter((finding) => {
    // Letters and initials that stand for themselves: “a) …”, “Part A and B”, “IMO Inc.”.
    if (/^(?:\p{L}[.)]?|\p{Lu}+)$/u.test(finding.text)) return false
    if (!isSpelling(finding)) return (rules.get(finding.rule)?.length ?? 0) <= maxPerDocument
    return words.get(finding.text.toLowerCase())?.length === 1 && isMisspelt(finding, dictionary)
  })
}

function isSpelling({ kind }: GrammarFinding): boolean {
  return kind === 'Spelling'
}

function isMisspelt({ text, fix }: GrammarFinding, dictionary: Dictionary): boolean {
  if (!/^\p{Ll}{4,}$/u.test(text) || dictionary.isKnown(text)) return false
  if (isDerived(text, dictionary)) return false
  const candidates = fix === null ? dictionary.suggest(text) : [fix, ...dictionary.suggest(text)]
  return candidates.some((word) => editDistance(text, word.toLowerCase()) <= maxEdits)
}

/** Words that anyone may form: “dialyze” + “rs”, “re” + “price”. No dictionary lists them all. */
function isDerived(text: string, { isKnown }: Dictionary): boolean {
  const [, stem] = /^(\p{L}{4,}?)(?:rs?|ers?|able|less|ness|wide|wise)$/u.exec(text) ?? []
  const [, base] =
    /^(?:anti|co|inter|intra|micro|mid|multi|non|out|over|post|pre|re|semi|sub|un|under)(\p{L}{4,})$/u.exec(
      text,
    ) ?? []
  return [stem, base].some((part) => part !== undefined && isKnown(part))
}

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swap = swapped ? at(i - 2, j - 2) + 1 : Infinity
      row.push(Math.min(at(i - 1, j) + 1, (row[j - 1] ?? Infinity) + 1, substitution, swap))
    }
  }
  return at(a.length, b.length)
}

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
  'Damages',
  'DisjointPrefixes',
  'InMyOpinion',
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
/** A paragraph with more unknown words is in another language, or a list of names. */
const maxUnknownWords = 3
/** Spelling mistakes are at most so many edits away from a word. */
const maxEdits = 2

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
  const spelling = findings.filter(isSpelling)
  const words = Map.groupBy(spelling, ({ text }) => text.toLowerCase())
  const paragraphs = Map.groupBy(spelling, ({ paragraph }) => paragraph)
  const rules = Map.groupBy(findings, ({ rule }) => rule)
  return findings.filter((finding) => {
    if (!kinds.has(finding.kind) || unreliable.has(finding.rule) || isLabel(finding)) return false
    if (!isSpelling(finding)) return (rules.get(finding.rule)?.length ?? 0) <= maxPerDocument
    if (words.get(finding.text.toLowerCase())?.length !== 1) return false
    if ((paragraphs.get(finding.paragraph)?.length ?? 0) > maxUnknownWords) return false
    return isMisspelt(finding, dictionary)
  })
}

/** "(a)", "a." and "Part A" are labels, not articles. */
function isLabel({ rule, text, after, before }: GrammarFinding): boolean {
  return rule === 'AnA' && (text === 'A' || !/^\s\p{L}/u.test(after) || /[([]$/u.test(before))
}

function isSpelling({ kind }: GrammarFinding): boolean {
  return kind === 'Spelling'
}

function isMisspelt({ text, fix }: GrammarFinding, dictionary: Dictionary): boolean {
  // Letters with accents come from another language.
  if (!/^[a-z]{4,}$/.test(text) || /^(.)\1+$/.test(text) || dictionary.isKnown(text)) return false
  if (isDerived(text, dictionary)) return false
  const isNear = (word: string): boolean => editDistance(text, word.toLowerCase()) <= maxEdits
  // Asking the dictionary takes long.
  return (fix !== null && isNear(fix)) || dictionary.suggest(text).some(isNear)
}

const suffixes = ['r', 'rs', 'er', 'ers', 'ee', 'ees', 'al', 'als', 'able', 'less', 'ness', 'wide']
const prefixes =
  /^(?:anti|co|inter|intra|micro|mid|multi|non|out|over|post|pre|re|semi|sub|un|under)(?=[a-z]{4})/

/** Words that anyone may form: “dialyze” + “rs”, “re” + “price”. No dictionary lists them all. */
function isDerived(text: string, dictionary: Dictionary): boolean {
  const stems = suffixes
    .filter((suffix) => text.endsWith(suffix))
    .map((suffix) => text.slice(0, -suffix.length))
    .filter((stem) => stem.length > 3)
  const base = text.replace(prefixes, '')
  return [...stems, base].some((part) => part !== text && dictionary.isKnown(part))
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

import { foldCompatibility } from '../lib/fold-compatibility.ts'
import type { Work } from './work.ts'

const singleQuotes = /[\u2018\u2019\u201A\u201B]/g
const doubleQuotes = /[\u201C\u201D\u201E\u201F]/g
const dashes = /[\u2010-\u2015\u2212]/g
const invisible = /[\u00AD\u200B\uFEFF]/g
const plain = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/

/** Everything of `normalizeText` but the white space. */
function foldCharacters(text: string): string {
  return foldCompatibility(text)
    .replace(singleQuotes, "'")
    .replace(doubleQuotes, '"')
    .replace(dashes, '-')
    .replace(invisible, '')
    .toLowerCase()
}

/**
 * The form in which quotes and documents are compared: compatibility forms folded (NFKC), quotes and
 * dashes plain, invisible characters gone, white space collapsed, lower case.
 */
export function normalizeText(text: string | null | undefined): string {
  if (!text) return ''
  if (plain.test(text)) return text.toLowerCase()
  return foldCharacters(text).replace(/\s+/g, ' ').trim()
}

/** What a letter costs, in steps of an LCS: at most, as in a long run of marks, and where nothing is to be folded. */
const stepsPerLetter = 64
const stepsPerPlainLetter = 1 / 8

/** As `normalizeText`, of what a flow reports. @throws TooMuchWork */
export function normalizeReported(text: string | null | undefined, work: Work): string {
  if (!text) return ''
  work.spend((plain.test(text) ? stepsPerPlainLetter : stepsPerLetter) * text.length)
  return normalizeText(text)
}

/** Maps an offset of the text as it stands to the offset in its normalised form. */
export type OffsetMap = (offset: number) => number

/** A letter with its marks, or a run of Hangul parts: nothing composes across these. */
const cluster = /[\u1100-\u11FF\uA960-\uA97F\uD7B0-\uD7FF]+|\P{M}\p{M}*/uy
const firstCombiningMark = 0x300

function isPlainSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13)
}

/** How many UTF-16 units of `text` from `at` are normalised together. */
function clusterLength(text: string, at: number): number {
  // NaN behind the last letter. Marks, Hangul parts and second halves of pairs all come later.
  const next = text.charCodeAt(at + 1)
  if (!(next >= firstCombiningMark)) return 1
  cluster.lastIndex = at
  // A mark that follows no letter stands alone.
  return cluster.exec(text)?.[0].length ?? 1
}

/**
 * How offsets of `text` move when it is normalised; offsets behind its end map to the end.
 *
 * @returns null when the parts do not add up to the normalised text, so that no offset is safe
 */
export function normalizedOffsets(text: string): OffsetMap | null {
  if (plain.test(text)) return (offset) => Math.min(offset, text.length)
  const offsets = new Uint32Array(text.length + 1)
  let length = 0
  let spaceBefore = true
  const count = (space: boolean, units: number): void => {
    if (!space || !spaceBefore) length += units
    spaceBefore = space
  }
  for (let at = 0; at < text.length;) {
    const size = clusterLength(text, at)
    offsets.fill(length, at, at + size)
    const code = text.charCodeAt(at)
    if (size === 1 && code < 128) count(isPlainSpace(code), 1)
    else
      for (const char of foldCharacters(text.slice(at, at + size)))
        count(/\s/.test(char), char.length)
    at += size
  }
  // A space at the end was counted and is trimmed.
  const total = spaceBefore && length > 0 ? length - 1 : length
  if (total !== normalizeText(text).length) return null
  offsets[text.length] = total
  return (offset) => Math.min(offsets[offset] ?? total, total)
}

import { foldCompatibility } from '../lib/fold-compatibility.ts'

/** Scripts that write no spaces between words: each letter counts as one. */
const words =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|[[\p{L}\p{N}\p{M}]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]]+/gv
const plainWords = /[a-z0-9]+/g
// oxlint-disable-next-line no-control-regex
const isPlain = /^[\t-\r -~]*$/
const invisible = /[\u00AD\u200B-\u200D\u2060\uFEFF]/gu

/**
 * Words as copies are compared by: compatibility forms folded (NFKC), lower case, without punctuation,
 * white space and line breaks.
 */
export function textWords(text: string): string[] {
  if (isPlain.test(text)) return text.toLowerCase().match(plainWords) ?? []
  return foldCompatibility(text).replace(invisible, '').toLowerCase().match(words) ?? []
}

/** 32 bits of a word; equal words are equal everywhere and for ever, since signatures are stored. */
export function wordHash(word: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < word.length; i += 1) {
    hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193)
  }
  return mixed(hash)
}

/** 32 bits of the run of `size` words that begins at `at`. */
export function runHash(hashes: Uint32Array, at: number, size: number): number {
  let hash = size
  for (let i = at; i < at + size; i += 1) {
    hash = Math.imul(hash ^ (hashes[i] ?? 0), 0x9e3779b1)
    hash = (hash << 13) | (hash >>> 19)
  }
  return mixed(hash)
}

/** Each bit of the input changes half of the output. */
function mixed(value: number): number {
  let hash = value
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

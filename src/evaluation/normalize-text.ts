const singleQuotes = /[\u2018\u2019\u201A\u201B]/g
const doubleQuotes = /[\u201C\u201D\u201E\u201F]/g
const dashes = /[\u2010-\u2015\u2212]/g
const invisible = /[\u00AD\u200B\uFEFF]/g
const plain = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/

/** Everything of `normalizeText` but the white space. */
function foldCharacters(text: string): string {
  return text
    .normalize('NFKC')
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

/** Maps an offset of the text as it stands to the offset in its normalised form. */
export type OffsetMap = (offset: number) => number

const clusters = /[\u1100-\u11FF\uA960-\uA97F\uD7B0-\uD7FF]+|\P{M}\p{M}*|\p{M}+/gu

/**
 * How offsets of `text` move when it is normalised. Normalised cluster by cluster (a letter with its
 * marks), because nothing composes across clusters.
 *
 * @returns null when the clusters do not add up to the normalised text, so that no offset is safe
 */
export function normalizedOffsets(text: string): OffsetMap | null {
  if (plain.test(text)) return (offset) => Math.min(offset, text.length)
  const offsets = new Uint32Array(text.length + 1)
  let length = 0
  let spaceBefore = true
  let from = 0
  for (const [cluster] of text.matchAll(clusters)) {
    const start = length
    for (const char of foldCharacters(cluster)) {
      const space = /\s/.test(char)
      if (!space || !spaceBefore) length += char.length
      spaceBefore = space
    }
    offsets.fill(Math.min(start, length), from, from + cluster.length)
    from += cluster.length
    offsets[from] = length
  }
  const normalized = normalizeText(text).length
  // A trailing space was counted above and is trimmed.
  const total = spaceBefore && length > 0 ? length - 1 : length
  if (total !== normalized) return null
  return (offset) => Math.min(offsets[offset] ?? normalized, normalized)
}

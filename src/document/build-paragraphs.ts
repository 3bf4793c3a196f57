import type { Paragraph, ParagraphRole, Word } from '../schema/document.ts'
import { goesOn, groupIntoBlocks, learnPitch, type Block } from './blocks.ts'
import { findFurniture } from './furniture.ts'
import { joinWords } from './join-words.ts'
import { groupIntoLines, type Line } from './lines.ts'
import { quadOf, type PageWord } from './page-word.ts'
import type { PdfPage } from './pdfium.ts'
import { orderLines } from './reading-order.ts'

/** A paragraph before it is spelled out: its blocks may stand in several columns or pages. */
type Draft = { blocks: Block[]; role: ParagraphRole }

/** Paragraphs of a PDF in reading order, with the boxes of their words. */
export function buildParagraphs(pages: PdfPage[]): Paragraph[] {
  const pageLines = pages.map((page) => linesOf(page.words))
  const roles = findFurniture(pageLines, pages)
  const pitchOf = learnPitch(pageLines)
  const drafts = joinAcross(
    pageLines.flatMap((lines, i) => {
      const body = lines.filter((line) => !roles.has(line))
      const blocks = groupIntoBlocks(body, i + 1, pitchOf)
      const furniture = lines.flatMap((line): Draft[] => {
        const role = roles.get(line)
        return role ? [{ role, blocks: [{ page: i + 1, lines: [line], right: line.right }] }] : []
      })
      const isAbove = ({ role }: Draft): boolean => role === 'header'
      return [
        ...furniture.filter(isAbove),
        ...blocks.map((block): Draft => ({ role: 'body', blocks: [block] })),
        ...furniture.filter((draft) => !isAbove(draft)),
      ]
    }),
  )
  const vocabulary = collectVocabulary(pageLines)
  return drafts
    .map(({ blocks, role }) => ({ role, ...spellOut(blocks, vocabulary) }))
    .filter(({ text }) => text !== '')
    .map((paragraph, index) => ({ index, page: paragraph.words[0]?.page ?? 1, ...paragraph }))
}

/** Text that is turned differently is laid out on its own, the most common direction first. */
function linesOf(words: PageWord[]): Line[] {
  const turned = Map.groupBy(words, (word) => word.turn)
  return [...turned.values()]
    .toSorted((a, b) => b.length - a.length)
    .flatMap((group) => orderLines(groupIntoLines(group)))
}

/** Joins a body block to the one before it in reading order when the sentence goes on. */
function joinAcross(drafts: Draft[]): Draft[] {
  const joined: Draft[] = []
  for (const draft of drafts) {
    const previous = joined.findLast(({ role }) => role === 'body')
    const [ending, start] = [previous?.blocks.at(-1), draft.blocks[0]]
    const cut = ending && start && draft.role === 'body' && startsAfresh(ending, start)
    if (previous && cut && goesOn(ending, start)) previous.blocks.push(...draft.blocks)
    else joined.push(draft)
  }
  return joined
}

/** The next page, or further up on the same one: the next column. */
function startsAfresh(ending: Block, start: Block): boolean {
  const [last, first] = [ending.lines.at(-1), start.lines[0]]
  if (last === undefined || first === undefined) return false
  return start.page > ending.page || first.bottom > last.top
}

function collectVocabulary(pages: Line[][]): Set<string> {
  const words = pages.flat().flatMap((line) => line.words)
  return new Set(words.map((word) => bare(word.text)))
}

function bare(text: string): string {
  return text.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '').toLowerCase()
}

function spellOut(blocks: Block[], vocabulary: Set<string>): { text: string; words: Word[] } {
  const words: Word[] = []
  let text = ''
  let previous: { word: PageWord; line: Line } | undefined
  for (const { page, line, word } of wordsOf(blocks)) {
    const join = previous
      ? joinWords(previous.word, word, {
          sameLine: previous.line === line,
          isKnown: (candidate) => vocabulary.has(candidate.toLowerCase()),
        })
      : 'touch'
    if (join === 'space') text += ' '
    const last = words.at(-1)
    if (join === 'drop-hyphen' && last) {
      text = text.slice(0, -1)
      last.text = last.text.slice(0, -1)
      last.end -= 1
    }
    const start = text.length
    text += word.text
    words.push({ text: word.text, start, end: text.length, page, quad: quadOf(word) })
    previous = { word, line }
  }
  return { text, words }
}

function wordsOf(blocks: Block[]): { page: number; line: Line; word: PageWord }[] {
  return blocks.flatMap(({ page, lines }) =>
    lines.flatMap((line) => line.words.map((word) => ({ page, line, word }))),
  )
}

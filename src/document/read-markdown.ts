import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'
import type { Content, FlowingParagraph } from './flowing-text.ts'
import { oneLine, onePage } from './flowing-text.ts'
import { textOf } from './plain-text.ts'
import { readHtmlFragment } from './read-html.ts'

/**
 * CommonMark with GitHub's tables, footnotes, task lists and strikethrough, as its reader sees it:
 * headings, list items, table cells and footnotes are paragraphs, markup and front matter are gone.
 */
export function readMarkdown(bytes: Uint8Array): Content {
  const text = withoutFrontMatter(textOf(bytes))
  return onePage(blocksOf(treeOf(text)))
}

type Root = ReturnType<typeof fromMarkdown>
type Node = Root | Root['children'][number]

function treeOf(text: string): Root {
  return fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] })
}

const closings = new Map([
  ['---', /^(?:---|\.\.\.)[^\S\n]*$/mu],
  ['+++', /^\+\+\+[^\S\n]*$/mu],
])
/** `---` alone may as well be a line across the page: then what follows looks different. */
const setting = /^(?:["'\w][^:=]*[:=]|#|\[)/u

function withoutFrontMatter(text: string): string {
  const [fence = '', next = ''] = text.split(/\r?\n/u, 2).map((line) => line.trimEnd())
  const closing = closings.get(fence)
  if (closing === undefined || !setting.test(next)) return text
  const rest = text.slice(fence.length)
  const end = closing.exec(rest)
  return end === null ? text : rest.slice(end.index + end[0].length)
}

function blocksOf(node: Node): FlowingParagraph[] {
  if (node.type === 'code') return toParagraphs(node.value, 'code')
  if (node.type === 'html') return readHtmlFragment(node.value)
  if (holdsText.has(node.type)) return toParagraphs(oneLine(inlineText(node)), 'body')
  return 'children' in node ? node.children.flatMap(blocksOf) : []
}

const holdsText = new Set<Node['type']>(['paragraph', 'heading', 'tableCell'])

function toParagraphs(text: string, role: FlowingParagraph['role']): FlowingParagraph[] {
  return text.trim() === '' ? [] : [{ text, role }]
}

/** What is seen of links, emphasis and inline code; pictures and marks of footnotes are no text. */
function inlineText(node: Node): string {
  if (node.type === 'text' || node.type === 'inlineCode') return node.value
  if (node.type === 'break' || (node.type === 'html' && /^<br\b/iu.test(node.value))) return ' '
  return 'children' in node ? node.children.map(inlineText).join('') : ''
}

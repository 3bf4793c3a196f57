import { parse, parseFragment, type DefaultTreeAdapterTypes as Tree } from 'parse5'
import { declaredLanguage } from './declared-language.ts'
import type { Content, FlowingParagraph } from './flowing-text.ts'
import { oneLine, onePage, splitAtBlankLines } from './flowing-text.ts'
import { blockTags, isRendered, preformattedTags } from './html-rendering.ts'
import { textOf } from './plain-text.ts'

/**
 * A page of HTML as its reader sees it: without what is not rendered, each block (heading, list
 * item, table cell, …) a paragraph.
 */
export function readHtml(bytes: Uint8Array): Content {
  const page = parse(textOf(bytes, declaredEncoding(bytes)))
  return { ...onePage(paragraphsOf(page)), language: languageOf(page) }
}

function languageOf({ childNodes }: Tree.Document): string | null {
  const html = childNodes.find((node) => 'tagName' in node && node.tagName === 'html')
  const attributes = html && 'attrs' in html ? html.attrs : []
  return declaredLanguage(attributes.find(({ name }) => name === 'lang')?.value)
}

/** @param skip elements that are left out with all that is in them */
export function readHtmlFragment(
  html: string,
  skip: (element: Tree.Element) => boolean = () => false,
): FlowingParagraph[] {
  return paragraphsOf(parseFragment(html), skip)
}

/** As far as the standard lets a page declare it. */
const declarationWithin = 1024

function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, declarationWithin)).toString('latin1')
  return /<meta\b[^>]*\bcharset\s*=\s*["']?\s*([^\s"'/>;]+)/iu.exec(head)?.[1]
}

type Step = { enter: Tree.Node } | { leave: Tree.Element }

/** Walks with a stack of its own: a page may be nested deeper than calls can be. */
function paragraphsOf(
  root: Tree.Node,
  skip: (element: Tree.Element) => boolean = () => false,
): FlowingParagraph[] {
  const writer = createWriter()
  const steps: Step[] = [{ enter: root }]
  for (let step = steps.pop(); step; step = steps.pop()) {
    if ('leave' in step) {
      writer.close(step.leave.tagName)
      continue
    }
    const node = step.enter
    if ('value' in node) writer.text(node.value)
    if ('tagName' in node) {
      if (!isRendered(node) || skip(node)) continue
      writer.open(node.tagName)
      steps.push({ leave: node })
    }
    if ('childNodes' in node) steps.push(...node.childNodes.map(toEnter).toReversed())
  }
  return writer.end()
}

function toEnter(node: Tree.Node): Step {
  return { enter: node }
}

/** Text goes on in one paragraph until a block begins or ends, or a line is left blank. */
function createWriter() {
  const paragraphs: FlowingParagraph[] = []
  let parts: string[] = []
  let preformatted = 0
  let code = false
  const finish = (): void => {
    paragraphs.push(...toParagraphs(parts.join(''), { code, preformatted: preformatted > 0 }))
    parts = []
    code = false
  }
  return {
    text: (value: string): void => void parts.push(preformatted > 0 ? value : flattened(value)),
    open(tag: string): void {
      if (tag === 'br') parts.push('\n')
      if (blockTags.has(tag)) finish()
      if (preformattedTags.has(tag)) preformatted += 1
      if (tag === 'code' && preformatted > 0) code = true
    },
    close(tag: string): void {
      if (blockTags.has(tag)) finish()
      if (preformattedTags.has(tag)) preformatted -= 1
    },
    end: (): FlowingParagraph[] => (finish(), paragraphs),
  }
}

/** Line ends of the source are spaces; those that are left are the page's own. */
function flattened(text: string): string {
  return text.replace(/[\t\n\f\r]/gu, ' ')
}

function toParagraphs(
  text: string,
  { code, preformatted }: { code: boolean; preformatted: boolean },
): FlowingParagraph[] {
  if (!preformatted || !code) {
    return splitAtBlankLines(text).map((part) => ({ text: part, role: 'body' }))
  }
  return oneLine(text) === '' ? [] : [{ text: text.replace(/^\n|\s+$/gu, ''), role: 'code' }]
}

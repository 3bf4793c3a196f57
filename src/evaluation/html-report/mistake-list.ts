import { count } from '../../schema/figure-words.ts'
import { MistakeKind } from '../../schema/evaluation-details.ts'
import type { MistakeInContext } from '../../schema/evaluation-details.ts'
import { markedText } from './marked-text.ts'
import { markup, type Markup } from './markup.ts'

/** All mistakes with their paragraph, and the filter, which needs the page's script. */
export function mistakeList(mistakes: readonly MistakeInContext[]): Markup {
  if (mistakes.length === 0) return markup`<p class="empty">No mistakes.</p>`
  return markup`${filterForm(mistakes)}
<p class="legend"><mark class="truth">labelled by people</mark> <mark class="detected">detected</mark> <mark class="truth detected">both</mark></p>
<ol class="mistakes">
${mistakes.map(mistakeItem)}</ol>
<p id="none-match" class="empty" hidden>No mistake matches the filter.</p>`
}

function filterForm(mistakes: readonly MistakeInContext[]): Markup {
  const types = mistakes.flatMap((mistake) => [...new Set(typesOf(mistake))])
  const kinds = mistakes.map(({ kind }) => kind)
  const order = MistakeKind.options.filter((kind) => kinds.includes(kind))
  return markup`<form id="filter" class="filter" role="search" aria-label="Filter the mistakes" autocomplete="off" hidden>
${choice({ id: 'kind', label: 'Kind' }, tally(kinds, order))}
${choice({ id: 'type', label: 'Agent' }, tally(types))}
${choice({ id: 'document', label: 'Document' }, tally(mistakes.map(({ document }) => document)))}
<label for="text">Text<input id="text" type="search" spellcheck="false"></label>
<button type="reset">Show all</button>
</form>
<p id="shown" role="status">${count(mistakes.length, 'mistake')}</p>`
}

type Tally = { value: string; times: number }

/** Each value with how often it occurs, sorted unless an order is given. */
function tally(values: readonly string[], order?: readonly string[]): Tally[] {
  const times = new Map<string, number>()
  for (const value of values) times.set(value, (times.get(value) ?? 0) + 1)
  return (order ?? [...times.keys()].toSorted()).map((value) => {
    return { value, times: times.get(value) ?? 0 }
  })
}

function choice({ id, label }: { id: string; label: string }, tallies: readonly Tally[]): Markup {
  const options = tallies.map(({ value, times }) => {
    return markup`<option value="${value}">${value} (${times})</option>`
  })
  return markup`<label for="${id}">${label}<select id="${id}"><option value="">all</option>${options}</select></label>`
}

function typesOf({ detected, truth }: MistakeInContext): string[] {
  return [detected, truth].filter((side) => side !== null).map(({ type }) => type)
}

function mistakeItem(mistake: MistakeInContext): Markup {
  const { kind, document, paragraph, detected, truth } = mistake
  const place = paragraph === null ? null : markup` · paragraph ${paragraph.index + 1}`
  return markup`<li class="mistake" data-kind="${kind}" data-detected="${detected?.type ?? ''}" data-truth="${truth?.type ?? ''}" data-document="${document}">
<p class="head"><strong class="kind">${kind}</strong> <span class="place"><bdi>${document}</bdi>${place}</span></p>
<dl>${side('Labelled', truth)}${side('Detected', detected)}</dl>
${quoted(mistake)}</li>
`
}

function side(label: string, named: MistakeInContext['truth']): Markup | null {
  if (named === null) return null
  const { type, text } = named
  const quote = text === '' ? markup`<i>no text</i>` : markup`“<bdi>${shorten(text)}</bdi>”`
  return markup`<div><dt>${label}</dt><dd><b><bdi>${type}</bdi></b> ${quote}</dd></div>`
}

const longestQuote = 240

/** The whole is marked in the paragraph. */
function shorten(text: string): string {
  const characters = Array.from(text)
  const more = characters.length - longestQuote
  return more <= 0 ? text : `${characters.slice(0, longestQuote).join('')}[… ${more} characters]`
}

function quoted({
  paragraph,
  sentence,
  detectedRange,
  truthRange,
}: MistakeInContext): Markup | null {
  if (paragraph !== null) {
    const ranges = { detected: detectedRange, truth: truthRange }
    return markup`<blockquote dir="auto">${markedText(paragraph.text, ranges)}</blockquote>`
  }
  if (sentence === '') return markup`<p class="empty">Not found in the document.</p>`
  return markup`<p class="empty">Not found in the document; quoted from:</p>
<blockquote dir="auto">${sentence}</blockquote>`
}

import {
  type ConfusionCell,
  confusionGrid,
  type ConfusionGrid,
} from '../../schema/confusion-grid.ts'
import { columnAmount } from '../../schema/figure-words.ts'
import type { EvaluationSummary } from '../evaluation-summary.ts'
import { scrollBox } from './figures.ts'
import { markup, type Markup } from './markup.ts'

/** What is there against what was reported in its place. */
export function confusionTable(summary: EvaluationSummary): Markup {
  if (summary.confusion.length === 0) {
    return markup`<p class="empty">There is no issue and nothing was detected: nothing to compare.</p>`
  }
  const { sides, rows } = confusionGrid(summary.confusion)
  const row = ({ truth, cells, total }: ConfusionGrid['rows'][number]): Markup =>
    markup`<tr><th scope="row">${nameOf(truth, 'nothing there')}</th>${cells.map((cell) => tableCell(cell, summary))}<td class="number sum">${columnAmount(total, summary)}</td></tr>
`
  const table = markup`<table class="confusion">
<caption><span>Rows are what people labelled, columns what was reported there; outlined cells agree. Counts are for one run.</span></caption>
<thead><tr><td></td>${sides.map((name) => markup`<th scope="col">${nameOf(name, 'not detected')}</th>`)}<th scope="col" class="sum">all</th></tr></thead>
<tbody>${rows.map(row)}</tbody>
</table>`
  return scrollBox('Confusion matrix', table)
}

function tableCell(cell: ConfusionCell | null, summary: EvaluationSummary): Markup {
  if (cell === null) return markup`<td></td>`
  const { count, shade, isHit } = cell
  const classes = ['number', `shade-${shade}`, ...(isHit ? ['hit'] : [])]
  const shown = count === 0 ? '0' : columnAmount(count, summary)
  return markup`<td class="${classes.join(' ')}">${shown}</td>`
}

function nameOf(name: string | null, none: string): Markup {
  return name === null ? markup`<i>${none}</i>` : markup`<bdi>${name}</bdi>`
}

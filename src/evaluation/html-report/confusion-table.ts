import type { ConfusionCount } from '../../schema/evaluation.ts'
import type { EvaluationSummary } from '../evaluation-summary.ts'
import { columnAmount, scrollBox } from './figures.ts'
import { markup, type Markup } from './markup.ts'

const shades = 5

/** What is there against what was reported in its place. */
export function confusionTable(summary: EvaluationSummary): Markup {
  const { confusion } = summary
  if (confusion.length === 0) {
    return markup`<p class="empty">There is no issue and nothing was detected: nothing to compare.</p>`
  }
  const types = namesOf(confusion)
  const sides = [...types, null]
  const cells = new Map(confusion.map((cell) => [keyOf(cell), cell.count]))
  const most = Math.max(...cells.values())
  const row = (truth: string | null): Markup => {
    const counts = sides.map((detected) => cells.get(keyOf({ truth, detected })) ?? 0)
    const shown = counts.map((count, column) => {
      const detected = sides[column] ?? null
      const number = count === 0 ? '0' : columnAmount(count, summary)
      return truth === null && detected === null
        ? markup`<td></td>`
        : cell(number, { share: count / most, isHit: truth === detected })
    })
    const total = counts.reduce((sum, count) => sum + count, 0)
    return markup`<tr><th scope="row">${nameOf(truth, 'nothing there')}</th>${shown}<td class="number sum">${columnAmount(total, summary)}</td></tr>
`
  }
  const table = markup`<table class="confusion">
<caption><span>Rows are what people labelled, columns what was reported there; outlined cells agree. Counts are for one run.</span></caption>
<thead><tr><td></td>${sides.map((name) => markup`<th scope="col">${nameOf(name, 'not detected')}</th>`)}<th scope="col" class="sum">all</th></tr></thead>
<tbody>${sides.map(row)}</tbody>
</table>`
  return scrollBox('Confusion matrix', table)
}

function namesOf(confusion: readonly ConfusionCount[]): string[] {
  const names = confusion.flatMap(({ truth, detected }) => [truth, detected])
  return [...new Set(names)].filter((name) => name !== null).toSorted()
}

function keyOf({ truth, detected }: Omit<ConfusionCount, 'count'>): string {
  return JSON.stringify([truth, detected])
}

function cell(shown: string, { share, isHit }: { share: number; isHit: boolean }): Markup {
  const classes = ['number', `shade-${Math.ceil(shades * share)}`, ...(isHit ? ['hit'] : [])]
  return markup`<td class="${classes.join(' ')}">${shown}</td>`
}

function nameOf(name: string | null, none: string): Markup {
  return name === null ? markup`<i>${none}</i>` : markup`<bdi>${name}</bdi>`
}

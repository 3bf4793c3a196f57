import { columnAmount, count, decimal, metrics } from '../../schema/figure-words.ts'
import type { EvaluationSummary } from '../evaluation-summary.ts'
import { agentRows, type FigureRow, intervalMarkup, scrollBox, variantRows } from './figures.ts'
import { markup, type Markup } from './markup.ts'

/** The figures of each agent with their intervals and counts. */
export function agentTable(summary: EvaluationSummary): Markup {
  const rows = agentRows(summary)
  const agents = rows.filter(({ isTotal }) => !isTotal)
  const totals = [...rows.filter(({ isTotal }) => isTotal), ...variantRows(summary)]
  const table = markup`<table>
<caption><span>Counts are for one run. Brackets are 95 % intervals; a dash is a figure without a denominator.</span></caption>
<thead><tr>
<th scope="col">Agent</th>
<th scope="col" class="number"><abbr title="true positives">TP</abbr></th>
<th scope="col" class="number"><abbr title="false positives">FP</abbr></th>
<th scope="col" class="number"><abbr title="false negatives, or misses">FN</abbr></th>
${metrics.map(({ name }) => markup`<th scope="col">${name}</th>`)}
<th scope="col" class="number">Documents</th>
</tr></thead>
<tbody>${agents.map((row) => tableRow(row, summary))}</tbody>
<tbody class="totals">${totals.map((row) => tableRow(row, summary))}${macroRow(summary)}</tbody>
</table>`
  return scrollBox('Figures by agent', table)
}

function tableRow({ name, measures, isTooFew }: FigureRow, summary: EvaluationSummary): Markup {
  const { tp, fp, fn, f05 } = measures
  const few = markup` <span class="tag">too few to judge</span>`
  return markup`<tr class="${isTooFew ? 'too-few' : ''}">
<th scope="row"><bdi>${name}</bdi>${isTooFew ? few : null}</th>
${[tp, fp, fn].map((value) => markup`<td class="number">${columnAmount(value, summary)}</td>`)}
${metrics.map(({ key }) => markup`<td class="figure">${intervalMarkup(measures[key])}</td>`)}
<td class="number">${f05.docs}</td>
</tr>
`
}

/** Means have no interval; they say of how many agents they are. */
function macroRow({ macro }: EvaluationSummary): Markup {
  return markup`<tr>
<th scope="row">Macro (mean of ${count(macro.agents, 'agent')})</th>
<td></td><td></td><td></td>
${metrics.map(({ key }) => markup`<td class="figure">${decimal(macro[key])}</td>`)}
<td></td>
</tr>`
}

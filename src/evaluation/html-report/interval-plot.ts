import type { EvaluationSummary } from '../evaluation-summary.ts'
import { intervalText, metrics } from '../../schema/figure-words.ts'
import { agentRows, type FigureRow, scrollBox } from './figures.ts'
import { markup, type Markup } from './markup.ts'

const rowHeight = 20
const groupGap = 12
const groupHeight = (1 + metrics.length) * rowHeight + groupGap
const top = 36
const width = 660
const plot = { left: 80, right: 480 }
const nameLength = 70

/** A forest plot: a row for each agent and metric, a point with its 95 % interval. */
export function intervalPlot(summary: EvaluationSummary): Markup {
  const rows = agentRows(summary)
  const height = top + rows.length * groupHeight + 6
  const svg = markup`<svg class="plot" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="plot-name" aria-describedby="plot-text">
<title id="plot-name">Precision, recall and F0.5 of each agent with 95 % intervals</title>
<desc id="plot-text">A plot of the numbers in the table “Agents” above, on a scale from 0 to 1.</desc>
${[0, 0.25, 0.5, 0.75, 1].map((tick) => gridLine(tick, height))}
${rows.map(group)}
</svg>`
  return scrollBox('Plot of the intervals', svg)
}

function gridLine(tick: number, height: number): Markup {
  const at = x(tick)
  return markup`<line class="grid" x1="${at}" x2="${at}" y1="${top - 12}" y2="${height - 6}"/><text class="tick" x="${at}" y="${top - 22}" text-anchor="middle">${tick}</text>
`
}

function group({ name, measures, isTotal, isTooFew }: FigureRow, index: number): Markup {
  const y = top + index * groupHeight
  const classes = ['group', ...(isTotal ? ['total'] : []), ...(isTooFew ? ['too-few'] : [])]
  const lines = metrics.map((metric, nth) => {
    const middle = y + (nth + 1.5) * rowHeight
    return markup`<text class="metric" x="0" y="${middle}">${metric.name}</text>${interval(measures[metric.key], middle)}
`
  })
  const few = markup`<tspan class="note" dx="10">too few to judge</tspan>`
  return markup`<g class="${classes.join(' ')}"><text class="name" x="0" y="${y + rowHeight / 2}">${shorten(name)}${isTooFew ? few : null}<title>${name}</title></text>
${lines}</g>
`
}

function interval(figure: FigureRow['measures']['f05'], y: number): Markup {
  const { value, lower, upper } = figure
  const label = markup`<text class="value" x="${plot.right + 16}" y="${y}">${intervalText(figure)}</text>`
  if (value === null) return label
  const from = x(lower ?? value)
  const to = x(upper ?? value)
  return markup`<path class="interval" d="M${from} ${y}H${to}M${from} ${y - 4}v8M${to} ${y - 4}v8"/><circle class="point" cx="${x(value)}" cy="${y}" r="4"/>${label}`
}

function x(share: number): number {
  return Math.round(10 * (plot.left + share * (plot.right - plot.left))) / 10
}

/** The whole name is in the table and appears when pointed at. */
function shorten(name: string): string {
  const characters = Array.from(name)
  return characters.length <= nameLength ? name : `${characters.slice(0, nameLength - 1).join('')}…`
}

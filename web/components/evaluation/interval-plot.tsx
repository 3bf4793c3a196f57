import type { AgentFigures } from '../../../src/schema/api/evaluations.ts'
import { intervalText, metrics } from '../../../src/schema/figure-words.ts'
import type { ShownEvaluation } from '../../../src/schema/shown-evaluation.ts'
import classes from './evaluation.module.css'
import { agentRows, type FigureRow } from './figure-rows.ts'
import { ScrollBox } from './scroll-box.tsx'

const rowHeight = 20
const groupGap = 12
const groupHeight = (1 + metrics.length) * rowHeight + groupGap
const top = 36
const width = 660
const plot = { left: 80, right: 480 }
const nameLength = 70

/** A forest plot: a row for each agent and metric, a point with its 95 % interval. */
export function IntervalPlot({ evaluation }: { evaluation: ShownEvaluation }) {
  const rows = agentRows(evaluation)
  const height = top + rows.length * groupHeight + 6
  return (
    <ScrollBox name="Plot of the intervals">
      <svg
        className={classes.plot}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-labelledby="plot-name"
        aria-describedby="plot-text"
      >
        <title id="plot-name">Precision, recall and F0.5 of each agent with 95 % intervals</title>
        <desc id="plot-text">
          A plot of the numbers in the table “Agents” above, on a scale from 0 to 1.
        </desc>
        {[0, 0.25, 0.5, 0.75, 1].map((tick) => (
          <GridLine key={tick} tick={tick} height={height} />
        ))}
        {rows.map((row, index) => (
          <Group key={row.name} row={row} y={top + index * groupHeight} />
        ))}
      </svg>
    </ScrollBox>
  )
}

function GridLine({ tick, height }: { tick: number; height: number }) {
  const at = x(tick)
  return (
    <>
      <line x1={at} x2={at} y1={top - 12} y2={height - 6} />
      <text data-quiet x={at} y={top - 22} textAnchor="middle">
        {tick}
      </text>
    </>
  )
}

function Group({ row: { name, figures, isTotal }, y }: { row: FigureRow; y: number }) {
  return (
    <g data-total={isTotal || undefined} data-few={figures.tooFew || undefined}>
      <text className={classes.plotName} x="0" y={y + rowHeight / 2}>
        {shorten(name)}
        {figures.tooFew && (
          <tspan data-quiet dx="10">
            too few to judge
          </tspan>
        )}
        <title>{name}</title>
      </text>
      {metrics.map((metric, nth) => (
        <Interval
          key={metric.key}
          name={metric.name}
          figure={figures[metric.key]}
          y={y + (nth + 1.5) * rowHeight}
        />
      ))}
    </g>
  )
}

type IntervalProps = { name: string; figure: AgentFigures['f05']; y: number }

function Interval({ name, figure, y }: IntervalProps) {
  const { value, lower, upper } = figure
  const from = x(lower ?? value ?? 0)
  const to = x(upper ?? value ?? 0)
  return (
    <>
      <text data-quiet x="0" y={y}>
        {name}
      </text>
      {value !== null && (
        <>
          <path d={`M${from} ${y}H${to}M${from} ${y - 4}v8M${to} ${y - 4}v8`} />
          <circle cx={x(value)} cy={y} r="4" />
        </>
      )}
      <text className={classes.plotValue} x={plot.right + 16} y={y}>
        {intervalText(figure)}
      </text>
    </>
  )
}

function x(share: number): number {
  return Math.round(10 * (plot.left + share * (plot.right - plot.left))) / 10
}

/** The whole name is in the table and appears when pointed at. */
function shorten(name: string): string {
  const characters = Array.from(name)
  return characters.length <= nameLength ? name : `${characters.slice(0, nameLength - 1).join('')}…`
}

import { columnAmount, count, decimal, metrics } from '../../../src/schema/figure-words.ts'
import type { ShownEvaluation } from '../../../src/schema/shown-evaluation.ts'
import { Figure, TooFew } from '../figures.tsx'
import classes from './evaluation.module.css'
import { agentRows, type FigureRow, variantRows } from './figure-rows.ts'
import { ScrollBox } from './scroll-box.tsx'

const counts = [
  ['Right', 'true positives'],
  ['Wrong', 'false positives'],
  ['Missed', 'false negatives'],
] as const

/** The figures of each agent with their intervals and counts. */
export function FiguresTable({ evaluation }: { evaluation: ShownEvaluation }) {
  const rows = agentRows(evaluation)
  const totals = [...rows.filter(({ isTotal }) => isTotal), ...variantRows(evaluation)]
  return (
    <ScrollBox name="Figures by agent">
      <table className={classes.figures}>
        <caption>
          <span>
            Counts are for one run. Brackets are 95 % intervals; a dash is a figure without a
            denominator.
          </span>
        </caption>
        <thead>
          <tr>
            <th scope="col">Agent</th>
            {counts.map(([name, meaning]) => (
              <th key={name} scope="col" data-number>
                <abbr title={meaning}>{name}</abbr>
              </th>
            ))}
            {metrics.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col" data-number>
              Documents
            </th>
          </tr>
        </thead>
        <tbody>
          {rows
            .filter(({ isTotal }) => !isTotal)
            .map((row) => (
              <Row key={row.name} row={row} evaluation={evaluation} />
            ))}
        </tbody>
        <tbody className={classes.totals}>
          {totals.map((row) => (
            <Row key={row.name} row={row} evaluation={evaluation} />
          ))}
          <MacroRow macro={evaluation.macro} />
        </tbody>
      </table>
    </ScrollBox>
  )
}

function Row({ row, evaluation }: { row: FigureRow; evaluation: ShownEvaluation }) {
  const { name, figures } = row
  return (
    <tr>
      <th scope="row">
        <bdi>{name}</bdi>
        {figures.tooFew && <TooFew />}
      </th>
      {[figures.tp, figures.fp, figures.fn].map((value, column) => (
        <td key={column} data-number>
          {columnAmount(value, evaluation)}
        </td>
      ))}
      {metrics.map(({ key }) => (
        <td key={key}>
          <Figure rate={figures[key]} />
        </td>
      ))}
      <td data-number>{figures.f05.docs}</td>
    </tr>
  )
}

/** Means have no interval; they say of how many agents they are. */
function MacroRow({ macro }: Pick<ShownEvaluation, 'macro'>) {
  return (
    <tr>
      <th scope="row">Macro (mean of {count(macro.agents, 'agent')})</th>
      <td colSpan={3} />
      {metrics.map(({ key }) => (
        <td key={key}>{decimal(macro[key])}</td>
      ))}
      <td />
    </tr>
  )
}

import { type ConfusionCell, confusionGrid } from '../../../src/schema/confusion-grid.ts'
import { columnAmount } from '../../../src/schema/figure-words.ts'
import type { ShownEvaluation } from '../../../src/schema/shown-evaluation.ts'
import classes from './evaluation.module.css'
import { ScrollBox } from './scroll-box.tsx'

/** What is there against what was reported in its place. */
export function ConfusionMatrix({ evaluation }: { evaluation: ShownEvaluation }) {
  const { confusion } = evaluation
  if (confusion.length === 0) {
    return (
      <p className={classes.quiet}>
        There is no issue and nothing was detected: nothing to compare.
      </p>
    )
  }
  const { sides, rows } = confusionGrid(confusion)
  return (
    <ScrollBox name="Labelled against detected">
      <table className={classes.matrix}>
        <caption>
          <span>
            Rows are what people labelled, columns what was reported there; outlined cells agree.
            Counts are for one run.
          </span>
        </caption>
        <thead>
          <tr>
            <td />
            {sides.map((name) => (
              <th key={name ?? ''} scope="col">
                {name === null ? <i>not detected</i> : <bdi>{name}</bdi>}
              </th>
            ))}
            <th scope="col">all</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ truth, cells, total }) => (
            <tr key={truth ?? ''}>
              <th scope="row">{truth === null ? <i>nothing there</i> : <bdi>{truth}</bdi>}</th>
              {cells.map((cell, column) => (
                <Cell key={column} cell={cell} evaluation={evaluation} />
              ))}
              <td>{columnAmount(total, evaluation)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  )
}

type CellProps = { cell: ConfusionCell | null; evaluation: ShownEvaluation }

function Cell({ cell, evaluation }: CellProps) {
  if (cell === null) return <td />
  const { count, shade, isHit } = cell
  return (
    <td data-shade={shade} data-hit={isHit || undefined}>
      {count === 0 ? '0' : columnAmount(count, evaluation)}
    </td>
  )
}

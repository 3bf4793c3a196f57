import { confusionGrid } from '../../../src/schema/confusion-grid.ts'
import type { ConfusionCount } from '../../../src/schema/evaluation.ts'
import { columnAmount } from '../../../src/schema/figure-words.ts'
import { Quiet } from '../../components/page.tsx'
import classes from './evaluations.module.css'

/** What is there against what was reported in its place. */
export function ConfusionMatrix({
  confusion,
  repeats,
}: {
  confusion: ConfusionCount[]
  repeats: number
}) {
  if (confusion.length === 0) {
    return <Quiet>There is no issue and nothing was detected.</Quiet>
  }
  const { sides, rows } = confusionGrid(confusion)
  const shown = (count: number): string => (count === 0 ? '0' : columnAmount(count, { repeats }))
  return (
    <div
      className={classes.scroll}
      tabIndex={0}
      role="region"
      aria-label="Labelled against detected"
    >
      <Quiet>
        Rows are what people labelled, columns what was reported there; outlined cells agree. Counts
        are for one run.
      </Quiet>
      <table className={classes.matrix}>
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
              {cells.map((cell, column) =>
                cell === null ? (
                  <td key={column} />
                ) : (
                  <td
                    key={column}
                    data-shade={cell.shade}
                    {...(cell.isHit && { 'data-hit': true })}
                  >
                    {shown(cell.count)}
                  </td>
                ),
              )}
              <td>{shown(total)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

import type { ReactNode } from 'react'
import classes from './data-table.module.css'

/** `across`: something that stands between rows. */
type Row = { key: string } & ({ cells: ReactNode[] } | { across: ReactNode })

/**
 * A table whose rows are blocks where the page is narrow. Browsers then take it for no table any more,
 * so the roles are said.
 */
export function DataTable({ name, head, rows }: { name: string; head: string[]; rows: Row[] }) {
  return (
    <table className={classes.table} role="table" aria-label={name}>
      <thead role="rowgroup">
        <tr role="row">
          {head.map((title) => (
            <th key={title} role="columnheader" scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={row.key} role="row">
            {'across' in row ? (
              <td role="cell" colSpan={head.length} className={classes.across}>
                {row.across}
              </td>
            ) : (
              <Cells head={head} cells={row.cells} />
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Cells({ head, cells }: { head: string[]; cells: ReactNode[] }) {
  return cells.map((cell, column) => (
    <td key={column} role="cell">
      <span className={classes.label} aria-hidden="true">
        {head[column]}
      </span>
      <div>{cell}</div>
    </td>
  ))
}

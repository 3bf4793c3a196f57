import type { ReactNode } from 'react'
import classes from './data-table.module.css'

type Row = { key: string; cells: ReactNode[] }

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
        {rows.map(({ key, cells }) => (
          <tr key={key} role="row">
            {cells.map((cell, column) => (
              <td key={column} role="cell">
                <span className={classes.label} aria-hidden="true">
                  {head[column]}
                </span>
                <div>{cell}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

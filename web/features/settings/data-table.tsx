import { Table } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './settings.module.css'

type Row = { key: string; cells: ReactNode[] }

/** A table that scrolls sideways, also by keyboard, when the page is narrow. */
export function DataTable({ name, head, rows }: { name: string; head: string[]; rows: Row[] }) {
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={name}>
      <Table verticalSpacing={5} miw={600} fz="sm">
        <Table.Thead>
          <Table.Tr>
            {head.map((title) => (
              <Table.Th key={title}>{title}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ key, cells }) => (
            <Table.Tr key={key}>
              {cells.map((cell, column) => (
                <Table.Td key={column} className={classes.wrap}>
                  {cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

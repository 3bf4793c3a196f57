import { Table, type TableProps } from '@mantine/core'
import classes from './scroll-table.module.css'

type Props = Omit<TableProps, 'className'> & {
  /** What it is a table of, for those who hear the page. */
  name: string
}

/** A table that scrolls sideways, also by keyboard, where the page is too narrow for it. */
export function ScrollTable({ name, children, ...props }: Props) {
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={name}>
      <Table verticalSpacing={5} className={classes.table} {...props}>
        {children}
      </Table>
    </div>
  )
}

import { Table, type TableProps } from '@mantine/core'
import classes from './scroll-table.module.css'

type Props = Omit<TableProps, 'className'> & {
  /** What it is a table of, for those who hear the page. */
  name: string
  /** Whether each row is a block of its own on a narrow page, instead; its cells are named by `data-name`. */
  isStacked?: boolean
}

/** A table that scrolls sideways, also by keyboard, where the page is too narrow for it. */
export function ScrollTable({ name, isStacked = false, children, ...props }: Props) {
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={name}>
      <Table
        verticalSpacing={5}
        className={isStacked ? `${classes.table} ${classes.stacked}` : classes.table}
        {...props}
      >
        {children}
      </Table>
    </div>
  )
}

import { Table, type TableProps } from '@mantine/core'
import classes from './scroll-table.module.css'

type Props = Omit<TableProps, 'className'> & {
  /** What it is a table of, for those who hear the page. */
  name: string
  /** Whether each row is a block of its own on a narrow page, instead; its cells are named by `data-name`. */
  isStacked?: boolean
  /** Of figures: two cells of a block stand beside each other then. */
  isDense?: boolean
}

/** A table that scrolls sideways, also by keyboard, where the page is too narrow for it. */
export function ScrollTable(given: Props) {
  const { name, isStacked = false, isDense = false, children, ...props } = given
  const shape = [classes.table, isStacked && classes.stacked, isDense && classes.dense]
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={name}>
      <Table verticalSpacing={5} className={shape.filter(Boolean).join(' ')} {...props}>
        {children}
      </Table>
    </div>
  )
}

import { Link } from '@tanstack/react-router'
import type { ChangeEntry } from '../../../src/schema/change-views.ts'
import { DataTable } from '../../components/data-table.tsx'
import { When } from '../../components/when.tsx'
import classes from './changes.module.css'
import { Stage } from './stage.tsx'

export function ChangesTable({ changes }: { changes: ChangeEntry[] }) {
  return (
    <DataTable
      name="List of changes"
      head={['Change', 'Where it is', 'Proposed by', 'Updated']}
      rows={changes.map((change) => ({ key: String(change.number), cells: cellsOf(change) }))}
    />
  )
}

function cellsOf({ number, title, branch, stage, author, updatedAt }: ChangeEntry) {
  return [
    <div key="change" className={classes.line}>
      <Link to="/changes/$number" params={{ number: String(number) }} data-change-line>
        <span className={classes.number}>#{number}</span> <bdi>{title}</bdi>
      </Link>
      <code className={classes.branch}>{branch}</code>
    </div>,
    <Stage key="stage" stage={stage} />,
    <Author key="author" author={author} />,
    <When key="updated" at={updatedAt} />,
  ]
}

export function Author({ author }: Pick<ChangeEntry, 'author'>) {
  if (author === null) return 'somebody who is not known here'
  return <bdi className={classes.person}>{author.name}</bdi>
}

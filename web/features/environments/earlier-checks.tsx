import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CheckedBefore } from '../../../src/schema/api/environments.ts'
import { changeInWords } from '../../../src/schema/doctor-changes.ts'
import type { EnvironmentName } from '../../../src/schema/environment.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { api } from '../../api.ts'
import { DataTable } from '../../components/data-table.tsx'
import { ListPending } from '../../components/page-pending.tsx'
import { When } from '../../components/when.tsx'
import classes from './environments.module.css'

/** The last checks, newest first, each with what came out otherwise; asked for when somebody looks. */
export function EarlierChecks({ env }: { env: EnvironmentName }) {
  const [isOpen, setOpen] = useState(false)
  const query = useQuery(api.environments.history.queryOptions({ input: { env }, enabled: isOpen }))
  return (
    <details className={classes.all} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>The last checks</summary>
      {isOpen && <ListPending what="the last checks" query={query} />}
      {query.data !== undefined && (
        <DataTable
          name={`Last checks of ${env}`}
          head={['When', 'Who', 'Failed', 'Came out otherwise']}
          rows={query.data.items.map((item, i) => ({
            key: `${item.checkedAt} ${i}`,
            cells: cellsOf(item),
          }))}
        />
      )}
    </details>
  )
}

function cellsOf({ checkedAt, checkedBy, failed, passed, skipped, changes }: CheckedBefore) {
  const all = passed + failed + skipped
  return [
    <When key="when" at={checkedAt} />,
    checkedBy === null ? 'the command line' : <bdi key="who">{checkedBy.name}</bdi>,
    `${failed} of ${count(all, 'check')}`,
    changesText(changes),
  ]
}

function changesText(changes: CheckedBefore['changes']): string {
  if (changes === null) return '– (the first that is kept)'
  return changes.length === 0 ? 'nothing' : changes.map(changeInWords).join(', ')
}

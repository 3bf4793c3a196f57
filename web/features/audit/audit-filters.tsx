import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { SelectField } from '../../components/select-field.tsx'
import { type AuditSearch, isNarrowed } from './audit-search.ts'
import { actionInWords, actions, shortId } from './audit-words.ts'
import classes from './audit.module.css'
import { DraftField } from './draft-field.tsx'

type Props = { search: AuditSearch; names: Map<string, string> }

/** Narrows the log down; the address of the page says to what. */
export function AuditFilters({ search, names }: Props) {
  const navigate = useNavigate()
  const choose = (change: AuditSearch): void => {
    const next = { ...search, before: undefined, ...change }
    void navigate({ to: '/audit', search: next, replace: true })
  }
  return (
    <form
      className={classes.filters}
      role="search"
      aria-label="Filter entries"
      onSubmit={(event) => event.preventDefault()}
    >
      <SelectField
        label="Who"
        value={search.who ?? ''}
        onChange={(who) => choose({ who: who || undefined })}
        data={[{ value: '', label: 'anybody' }, ...whoChoices(names, search.who)]}
      />
      <SelectField
        label="What"
        value={search.what ?? ''}
        onChange={(what) => choose({ what: what || undefined })}
        data={[{ value: '', label: 'anything' }, ...whatChoices(search.what)]}
      />
      <DraftField
        label="About (an id)"
        value={search.about}
        onCommit={(about) => choose({ about })}
      />
      <DraftField
        label="From day"
        type="date"
        value={search.from}
        onCommit={(from) => choose({ from })}
      />
      <DraftField label="To day" type="date" value={search.to} onCommit={(to) => choose({ to })} />
      {isNarrowed(search) && (
        <Button
          size="xs"
          variant="default"
          onClick={() => void navigate({ to: '/audit', search: {} })}
        >
          Show all
        </Button>
      )}
    </form>
  )
}

type Choice = { value: string; label: string }

/** Who has left is chosen in an entry, and has no name any more. */
function whoChoices(names: Map<string, string>, chosen?: string): Choice[] {
  const known = Array.from(names, ([value, label]) => ({ value, label }))
  if (chosen === undefined || names.has(chosen)) return known
  return [...known, { value: chosen, label: shortId(chosen) }]
}

function whatChoices(chosen?: string): Choice[] {
  if (chosen === undefined || actions.some(({ value }) => value === chosen)) return actions
  return [...actions, { value: chosen, label: actionInWords(chosen) }]
}

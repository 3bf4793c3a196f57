import { Button, Checkbox } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { ChangeEntry } from '../../../src/schema/change-views.ts'
import { codeOf, sentenceOf } from '../../api.ts'
import { HelpButton } from '../../components/help-button.tsx'
import { KeyboardHelp } from '../../components/keyboard-help.tsx'
import { OpenChange } from '../../components/open-change.tsx'
import { Page, Quiet } from '../../components/page.tsx'
import { ListPending } from '../../components/page-pending.tsx'
import { EmptyState } from '../../components/page-states.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { Sentence } from '../../components/sentence.tsx'
import { ShowMore } from '../../components/show-more.tsx'
import { useMe } from '../../components/use-me.ts'
import { moveFocus, usePageKeys } from '../../components/use-page-keys.ts'
import { ChangesTable } from './changes-table.tsx'
import classes from './changes.module.css'
import { type ChangeFilter, useChanges } from './use-changes.ts'

const shortcuts = [
  { keys: ['j'], words: 'Next change' },
  { keys: ['k'], words: 'Change before' },
  { keys: ['Enter'], words: 'Open it' },
  { keys: ['?'], words: 'This help' },
]

const states = [
  { value: 'all', label: 'All changes' },
  { value: 'open', label: 'Open' },
  { value: 'merged', label: 'Merged' },
  { value: 'closed', label: 'Closed' },
] as const

/** What was proposed to be merged, newest first. */
export function ChangesPage() {
  const { may } = useMe()
  const [filter, setFilter] = useState<ChangeFilter>({ state: 'all', own: false })
  const [help, setHelp] = useState(false)
  const [opening, setOpening] = useState(false)
  const query = useChanges(filter)
  const changes = query.data?.pages.flatMap(({ items }) => items)
  const told = query.data?.pages.at(-1)?.told ?? []
  const isUnfiltered = filter.state === 'all' && !filter.own
  usePageKeys((key) => {
    if (key === '?') setHelp(true)
    else if (key === 'j' || key === 'k') moveFocus(linesOnPage(), key === 'j' ? 1 : -1)
    else return false
    return true
  })
  if (query.error !== null && codeOf(query.error) === 'changes-not-configured') {
    return (
      <Page name="Changes">
        <EmptyState title="Changes come from a git repository">
          <Sentence text={sentenceOf(query.error)} />
        </EmptyState>
      </Page>
    )
  }
  const actions = (
    <>
      {may('changes:write') && (
        <Button size="compact-sm" variant="default" onClick={() => setOpening(true)}>
          Open a change
        </Button>
      )}
      <HelpButton onHelp={() => setHelp(true)} />
    </>
  )
  return (
    <Page name="Changes" actions={actions}>
      <ListPending what="the changes" query={query} />
      <div className={told.length > 0 ? classes.now : undefined} role="status">
        {told.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      {changes?.length === 0 && isUnfiltered && <NoChanges />}
      {changes !== undefined && (changes.length > 0 || !isUnfiltered) && (
        <>
          <Filters filter={filter} onFilter={setFilter} />
          <List changes={changes} />
          <ShowMore query={query} />
        </>
      )}
      {opening && <OpenChange draft={null} close={() => setOpening(false)} />}
      <KeyboardHelp shortcuts={shortcuts} opened={help} close={() => setHelp(false)} />
    </Page>
  )
}

function linesOnPage(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-change-line]')]
}

function List({ changes }: { changes: ChangeEntry[] }) {
  if (changes.length === 0) return <Quiet>There is none like that.</Quiet>
  return <ChangesTable changes={changes} />
}

type FilterProps = { filter: ChangeFilter; onFilter: (filter: ChangeFilter) => void }

function Filters({ filter, onFilter }: FilterProps) {
  const { may } = useMe()
  return (
    <div className={classes.above}>
      <SelectField
        aria-label="Which changes"
        data={states}
        value={filter.state}
        onChange={(state) => onFilter({ ...filter, state })}
      />
      {may('changes:write') && (
        <Checkbox
          size="xs"
          label="Only mine"
          checked={filter.own}
          onChange={({ currentTarget }) => onFilter({ ...filter, own: currentTarget.checked })}
        />
      )}
    </div>
  )
}

function NoChanges() {
  const { may } = useMe()
  return (
    <EmptyState title="Nobody has proposed a change yet">
      A change is a branch that is to be merged into the protected branch. Engineers open one{' '}
      {may('flows:draft') ? (
        <>
          from a draft on <Link to="/flow">Flow</Link>
        </>
      ) : (
        'from a draft on Flow'
      )}
      , of a branch that they pushed, or by <code>proofloop change open</code>. It is tested and
      measured by itself; what is left for a person is one decision.
    </EmptyState>
  )
}

import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { type ChangeView, isUntold } from '../../../src/schema/change-views.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { HelpButton } from '../../components/help-button.tsx'
import { KeyboardHelp } from '../../components/keyboard-help.tsx'
import { NotFound } from '../../components/not-found.tsx'
import { Page, PageSection } from '../../components/page.tsx'
import { PagePending } from '../../components/page-pending.tsx'
import { shortHash } from '../../components/short-hash.ts'
import { moveFocus, usePageKeys } from '../../components/use-page-keys.ts'
import { useReadBySight } from '../../components/use-notifications.ts'
import { When } from '../../components/when.tsx'
import { ChangeActions } from './change-actions.tsx'
import { ChangeFiles } from './change-files.tsx'
import classes from './changes.module.css'
import { Author } from './changes-table.tsx'
import { Checks } from './checks.tsx'
import { Decisions } from './decisions.tsx'
import { GateNumbers } from './gate-numbers.tsx'
import { Stage } from './stage.tsx'
import { Story } from './story.tsx'
import { pressAction, useActing } from './use-acting.ts'
import { useChange } from './use-changes.ts'

const route = getRouteApi('/shell/changes/$number')

const shortcuts = [
  { keys: ['a'], words: 'Approve' },
  { keys: ['c'], words: 'Ask for changes' },
  { keys: ['o'], words: 'Override a gate that cannot tell' },
  { keys: ['t'], words: 'Try again' },
  { keys: ['j', 'k'], words: 'Next file, file before; Enter opens and closes it' },
  { keys: ['?'], words: 'This help' },
]

const back = { to: '/changes', label: 'All changes' } as const

/** One change: where it is and what comes next, what was found out about it, and what it changes. */
export function ChangePage() {
  const number = Number(route.useParams().number)
  return Number.isSafeInteger(number) && number > 0 ? <KnownNumber number={number} /> : <NotFound />
}

function KnownNumber({ number }: { number: number }) {
  const { data, error, refetch } = useChange(number)
  if (data === undefined) {
    const name = `Change ${number}`
    return <PagePending name={name} back={back} what="the change" error={error} retry={refetch} />
  }
  return <OpenedChange key={number} change={data} />
}

function OpenedChange({ change }: { change: ChangeView }) {
  const [help, setHelp] = useState(false)
  const acting = useActing(change)
  useReadBySight(change.number)
  usePageKeys((key) => {
    if (key === '?') setHelp(true)
    else if (key === 'j' || key === 'k') moveFocus(filesOnPage(), key === 'j' ? 1 : -1)
    else return pressAction(key, acting)
    return true
  })
  const { number, title, description } = change
  const now = useFocusWhereItIs(acting.done)
  return (
    <Page
      name={`Change ${number}`}
      heading={
        <>
          <span className={classes.number}>#{number}</span> <bdi>{title}</bdi>
        </>
      }
      back={back}
      actions={<HelpButton onHelp={() => setHelp(true)} />}
    >
      <Proposed change={change} />
      <div className={classes.now} role="status" ref={now} tabIndex={-1}>
        <Stage stage={change.stage} isUntold={isUntold(change)} />
        {change.told.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      <ChangeActions change={change} acting={acting} />
      {description !== '' && <p className={classes.description}>{description}</p>}
      <Checks change={change} />
      <Decisions change={change} />
      <GateNumbers change={change} />
      <ChangeFiles number={number} tree={change.revision?.tree ?? null} />
      <Facts change={change} />
      <Story events={change.events} />
      <KeyboardHelp shortcuts={shortcuts} opened={help} close={() => setHelp(false)} />
    </Page>
  )
}

/** On arriving, and after what one did: the button of it may be gone, and where the change is then is what one reads. */
function useFocusWhereItIs(done: number) {
  const now = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const isNowhere = document.activeElement === null || document.activeElement === document.body
    if (done > 0 || isNowhere) now.current?.focus({ preventScroll: true })
  }, [done])
  return now
}

function filesOnPage(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-change-file]')]
}

function Proposed({ change }: { change: ChangeView }) {
  const { author, branch, forge, reference, createdAt, updatedAt, revision } = change
  return (
    <p className={classes.proposed}>
      <code>{branch}</code>
      {forge === 'github' && ` (pull request ${reference})`} by <Author author={author} />, proposed{' '}
      <When at={createdAt} />, updated <When at={updatedAt} />
      {revision !== null && `, ${count(revision.commits, 'commit')}`}
    </p>
  )
}

function Facts({ change: { revision, version, mergedAs } }: { change: ChangeView }) {
  const named = [
    { name: 'Newest commit', hash: revision?.head },
    { name: 'Protected branch', hash: revision?.base },
    { name: 'Files once merged', hash: revision?.tree },
    { name: 'Version of the flow', hash: version },
    { name: 'Merged as', hash: mergedAs },
  ]
  const hashes = named.flatMap(({ name, hash }) => (hash == null ? [] : [{ name, hash }]))
  if (hashes.length === 0) return null
  return (
    <PageSection title="What it is about">
      <dl className={classes.facts}>
        {hashes.map(({ name, hash }) => (
          <Fact key={name} name={name}>
            <code title={hash}>{shortHash(hash)}</code>
          </Fact>
        ))}
      </dl>
    </PageSection>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

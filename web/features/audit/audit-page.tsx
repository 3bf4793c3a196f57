import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { AuditHead } from '../../../src/schema/audit.ts'
import { Page, Quiet } from '../../components/page.tsx'
import { ListPending } from '../../components/page-pending.tsx'
import { ShowMore } from '../../components/show-more.tsx'
import { AuditFilters } from './audit-filters.tsx'
import { isNarrowed } from './audit-search.ts'
import { AuditTable } from './audit-table.tsx'
import { ChainState } from './chain-state.tsx'
import classes from './audit.module.css'
import { useEntries, useNames, useVerification } from './use-audit.ts'

const route = getRouteApi('/shell/audit')
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone

/** Who did what, and whether somebody changed the log. */
export function AuditPage() {
  const search = route.useSearch()
  const names = useNames()
  const query = useEntries(search)
  const [kept, setKept] = useState<AuditHead | null>(null)
  const [isAll, setAll] = useState(false)
  const verification = useVerification(kept, isAll)
  const entries = query.data?.pages.flatMap((page) => page.entries)
  const head = query.data?.pages[0]?.head
  const isWhole = query.data?.pages.every((page) => page.isWhole) ?? true
  return (
    <Page name="Audit log">
      <ChainState
        query={verification}
        newest={head ?? null}
        kept={kept}
        onKept={setKept}
        onAll={() => setAll(true)}
        mayDownload={isWhole}
      />
      <AuditFilters search={search} names={names} />
      <ListPending what="the audit log" query={query} />
      {entries !== undefined && head !== undefined && (
        <>
          <p className={classes.shown} role="status">
            {shownText({
              shown: entries.length,
              all: head.sequence,
              isMore: query.hasNextPage,
              narrowed: isNarrowed(search),
            })}{' '}
            Times are those of {zone}.{' '}
            {!isWhole && 'Entries about what you are not to know are left out. '}
            {search.before !== undefined && (
              <Link to="/audit" search={{ ...search, before: undefined }}>
                Begin with the newest
              </Link>
            )}
          </p>
          {entries.length === 0 && <Quiet>{noneText(isNarrowed(search))}</Quiet>}
          {entries.length > 0 && (
            <AuditTable
              entries={entries}
              names={names}
              search={search}
              fault={verification.data?.fault ?? null}
              isEnd={!query.hasNextPage}
              isWhole={isWhole}
            />
          )}
        </>
      )}
      <ShowMore query={query} label="Older entries" />
    </Page>
  )
}

type Shown = { shown: number; all: number; isMore: boolean; narrowed: boolean }

function shownText({ shown, all, isMore, narrowed }: Shown): string {
  const whole = `${all} ${all === 1 ? 'entry' : 'entries'}`
  return narrowed ? `${shown}${isMore ? ' or more' : ''} of ${whole} fit.` : `${shown} of ${whole}.`
}

function noneText(narrowed: boolean): string {
  return narrowed
    ? 'No entry fits. Take something out of the fields above.'
    : 'Nothing was done yet that is worth an entry.'
}

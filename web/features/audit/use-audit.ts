import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { AuditHead } from '../../../src/schema/audit.ts'
import { api } from '../../api.ts'
import { useMe } from '../../components/use-me.ts'
import { type AuditSearch, filterOf } from './audit-search.ts'
import { strangers } from './audit-words.ts'

const atOnce = 50

/** Entries, newest first; each part goes on where the one before ended. */
export function useEntries(search: AuditSearch) {
  const filter = filterOf(search)
  return useInfiniteQuery(
    api.operations.audit.infiniteOptions({
      input: (before: number | undefined) => ({ ...filter, before, limit: atOnce }),
      initialPageParam: search.before,
      getNextPageParam: ({ next }) => next ?? undefined,
      placeholderData: (before) => before,
    }),
  )
}

/** A long log is not read from its beginning each time the page opens. */
const newestAtFirst = 1000

/** Only when it is asked for: when the page opens, and by a button. @param all whether of all entries */
export function useVerification(kept: AuditHead | null, all: boolean) {
  return useQuery(
    api.operations.verifyAudit.queryOptions({
      input: kept ?? (all ? {} : { newest: newestAtFirst }),
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
    }),
  )
}

/** Names of those who have an account, and of those who need none, by id. */
export function useNames(): Map<string, string> {
  const { may } = useMe()
  const { data } = useQuery(api.people.list.queryOptions({ enabled: may('people:read') }))
  return new Map([...(data?.people ?? []), ...strangers].map(({ id, name }) => [id, name]))
}

import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { ChangeState } from '../../../src/schema/stored-change.ts'
import type { ChangeView } from '../../../src/schema/change-views.ts'
import { api } from '../../api.ts'

/** Milliseconds between looks at what goes on by itself, and at what waits for somebody. */
const lookEvery = { moving: 2000, waiting: 15_000 }

export type ChangeFilter = { state: ChangeState | 'all'; own: boolean }

export function useChanges({ state, own }: ChangeFilter) {
  return useInfiniteQuery(
    api.changes.list.infiniteOptions({
      input: (after: string | undefined) => ({
        after,
        limit: 50,
        ...(state !== 'all' && { state }),
        ...(own && { own: 'true' }),
      }),
      initialPageParam: undefined,
      getNextPageParam: ({ next }) => next ?? undefined,
      placeholderData: (before) => before,
      refetchInterval: ({ state: { error } }) => (error === null ? 10_000 : false),
    }),
  )
}

/**
 * A change that is followed. Once its gate has answered, each look of an approver stands in the audit log: from
 * then on its line in the list is watched, and the whole is read again when that line changes.
 */
export function useChange(number: number) {
  const query = useQuery(
    api.changes.get.queryOptions({
      input: { number },
      refetchInterval: ({ state: { data } }) => {
        if (data === undefined || data.state !== 'open' || isAnswered(data)) return false
        return isMoving(data) ? lookEvery.moving : lookEvery.waiting
      },
      refetchOnWindowFocus: ({ state: { data } }) => data !== undefined && !isAnswered(data),
    }),
  )
  useLineOf(query)
  return query
}

function isAnswered({ checks }: ChangeView): boolean {
  return checks.some(({ name, state }) => name === 'gate' && state === 'done')
}

function isMoving({ stage }: Pick<ChangeView, 'stage'>): boolean {
  return ['checking', 'waits-for-gate', 'merging', 'waits-for-audit'].includes(stage)
}

type Read = { data: ChangeView | undefined; dataUpdatedAt: number }

function useLineOf({ data: change, dataUpdatedAt: changeReadAt }: Read): void {
  const number = change?.number ?? 0
  const isWatched = change !== undefined && change.state !== 'closed' && isAnswered(change)
  const { data, dataUpdatedAt: lineReadAt } = useQuery(
    api.changes.list.queryOptions({
      // The page of one that begins with it.
      input: { after: String(number + 1), limit: 1 },
      enabled: isWatched,
      refetchInterval:
        change !== undefined && isMoving(change) ? lookEvery.moving : lookEvery.waiting,
    }),
  )
  const line = data?.items.find((entry) => entry.number === number)
  const queries = useQueryClient()
  // A line that was read before the change tells nothing new.
  const isNews = line !== undefined && lineReadAt > changeReadAt
  const isOld = isWatched && isNews && differs(line, change)
  useEffect(() => {
    if (!isOld) return
    void queries.invalidateQueries({ queryKey: api.changes.get.key({ input: { number } }) })
  }, [isOld, line?.stage, line?.updatedAt, number, queries])
}

type Line = Pick<ChangeView, 'updatedAt' | 'state'> & { stage: string }

function differs(line: Line, change: ChangeView): boolean {
  if (line.updatedAt !== change.updatedAt) return line.updatedAt > change.updatedAt
  return line.stage !== change.stage || line.state !== change.state
}

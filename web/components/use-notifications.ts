import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api } from '../api.ts'

/** Milliseconds. Nobody waits for the bell: a page that waits for something looks by itself. */
const lookEvery = 60_000
const mostAtFirst = 20
const mostShown = 200

/** What one was told, newest first; looked at slowly, and only where the page is in sight. */
export function useNotifications() {
  const [limit, setLimit] = useState(mostAtFirst)
  const { data, error, refetch } = useQuery(
    api.notifications.list.queryOptions({
      input: { limit },
      staleTime: lookEvery / 2,
      refetchInterval: lookEvery,
      placeholderData: (before) => before,
    }),
  )
  const isMore = data !== undefined && data.next !== null && limit < mostShown
  return { data, error, refetch, older: isMore ? () => setLimit(mostShown) : null }
}

/** All when neither ids nor a change is given. */
export function useMarkRead() {
  const queries = useQueryClient()
  return useMutation(
    api.notifications.markRead.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.notifications.list.key() }),
    }),
  )
}

/** Whoever looks at a change has read what they were told of it, however they came to it. */
export function useReadBySight(number: number): void {
  const { data } = useNotifications()
  const { mutate } = useMarkRead()
  const items = data?.items.filter(({ readAt }) => readAt === null) ?? []
  const isTold = items.some(({ change }) => change?.number === number)
  // Some of those that are not shown may be of it.
  const isMore = data !== undefined && data.unread > items.length
  useEffect(() => {
    if (isTold || isMore) mutate({ change: number })
  }, [number, isTold, isMore, mutate])
}

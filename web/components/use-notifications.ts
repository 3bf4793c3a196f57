import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
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

/** Of all when no ids are given. */
export function useMarkRead() {
  const queries = useQueryClient()
  return useMutation(
    api.notifications.markRead.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.notifications.list.key() }),
    }),
  )
}

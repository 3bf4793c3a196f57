import { useInfiniteQuery } from '@tanstack/react-query'
import { api } from '../../api.ts'

/** Of a dataset, newest first, some at a time. */
export function useVersions(dataset: string) {
  return useInfiniteQuery(
    api.datasets.versions.infiniteOptions({
      input: (after: string | undefined) => ({ dataset, after, limit: 20 }),
      initialPageParam: undefined,
      getNextPageParam: ({ next }) => next ?? undefined,
    }),
  )
}

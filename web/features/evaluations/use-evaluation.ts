import { ORPCError } from '@orpc/client'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api, client } from '../../api.ts'

/** Milliseconds before a stream that broke off is taken up again. */
const again = 1000

/** An evaluation, followed while it runs. */
export function useEvaluation(evaluation: string) {
  const queries = useQueryClient()
  const query = useQuery(api.evaluations.get.queryOptions({ input: { evaluation } }))
  const runs = query.data !== undefined && query.data.finishedAt === null
  useEffect(() => {
    if (!runs) return
    const controller = new AbortController()
    const { signal } = controller
    const key = api.evaluations.get.queryKey({ input: { evaluation } })
    const follow = async (): Promise<void> => {
      while (!signal.aborted) {
        try {
          for await (const entry of await client.evaluations.events({ evaluation }, { signal })) {
            queries.setQueryData(key, entry)
          }
        } catch (error) {
          if (error instanceof ORPCError && error.status < 429) return
        }
        await queries.invalidateQueries({ queryKey: api.evaluations.list.key() })
        await new Promise((resolve) => setTimeout(resolve, again))
      }
    }
    void follow()
    return () => controller.abort()
  }, [evaluation, runs, queries])
  return query
}

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { GateReport } from '../../../src/schema/api/gates.ts'
import { api } from '../../api.ts'

/** Milliseconds between looks at what runs. */
export const lookEvery = 2000

/**
 * A gate that is followed. Each look at one stands in the audit log: while it or its audit runs, its line in the list
 * is watched, and the whole is read again when that has ended.
 */
export function useGate(gate: string) {
  const query = useQuery(
    api.gates.get.queryOptions({ input: { gate }, refetchOnWindowFocus: false }),
  )
  const hasEnded = useHasEnded(query)
  const queries = useQueryClient()
  useEffect(() => {
    if (!hasEnded) return
    void queries.invalidateQueries({ queryKey: api.gates.get.key({ input: { gate } }) })
  }, [hasEnded, gate, queries])
  return query
}

type Read = { data: GateReport | undefined; dataUpdatedAt: number }

/** Whether what ran when it was read has ended since. */
function useHasEnded({ data, dataUpdatedAt: readAt }: Read): boolean {
  const gate = data?.gate.id
  const runs = data?.gate.state === 'running'
  const audits = data?.audit?.state === 'running'
  const gates = useQuery(
    api.gates.list.queryOptions({
      input: { limit: 100 },
      enabled: runs,
      refetchInterval: lookEvery,
    }),
  )
  const audited = useQuery(
    api.gates.audits.queryOptions({ enabled: audits, refetchInterval: lookEvery }),
  )
  const line = gates.data?.items.find(({ id }) => id === gate)
  const audit = audited.data?.items.find((one) => one.gate === gate)
  const isOver = (one: { state: string } | undefined): boolean =>
    one !== undefined && one.state !== 'running'
  return (
    (runs && gates.dataUpdatedAt > readAt && isOver(line)) ||
    (audits && audited.dataUpdatedAt > readAt && isOver(audit))
  )
}

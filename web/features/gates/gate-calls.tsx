import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { GateCalls } from '../../../src/schema/api/gates.ts'
import { api } from '../../api.ts'
import { ModelCalls } from '../../components/asked/model-calls.tsx'

type Asked = Pick<GateCalls, 'split' | 'document' | 'side'> & { gate: string }

/** For custodians: what one version asked of models about a document. Each look is in the audit log. */
export function CallsOfDocument(asked: Asked) {
  const [run, setRun] = useState(1)
  const query = useInfiniteQuery(
    api.gates.calls.infiniteOptions({
      input: (after: number) => ({ ...asked, run, after }),
      initialPageParam: 0,
      getNextPageParam: ({ next }) => next ?? undefined,
      refetchOnWindowFocus: false,
    }),
  )
  return <ModelCalls document={asked.document} run={run} choose={setRun} query={query} />
}

import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { GateCalls } from '../../../src/schema/api/gates.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { api } from '../../api.ts'
import { Quiet } from '../../components/page.tsx'
import { ListPending } from '../../components/page-pending.tsx'
import classes from './gate-calls.module.css'

type Asked = Pick<GateCalls, 'split' | 'document' | 'side'> & { gate: string }

/** For custodians: what one version asked of models about a document. Each look is in the audit log. */
export function CallsOfDocument(asked: Asked) {
  const [run, setRun] = useState(1)
  const query = useQuery(
    api.gates.calls.queryOptions({ input: { ...asked, run }, refetchOnWindowFocus: false }),
  )
  const { data } = query
  return (
    <div role="group" aria-label={`What was asked about ${asked.document}`}>
      <ListPending what="what was asked" query={query} />
      {data !== undefined && <Runs runs={data.runs} run={run} choose={setRun} />}
      {data?.items.length === 0 && (
        <Quiet>
          Nothing is kept: it asked no model, was measured before that was kept, or longer ago than
          answers are kept.
        </Quiet>
      )}
      {data?.items.map((call, index) => (
        <Call key={index} call={call} />
      ))}
    </div>
  )
}

type RunsProps = { runs: number; run: number; choose: (run: number) => void }

function Runs({ runs, run, choose }: RunsProps) {
  if (runs === 1) return null
  return Array.from({ length: runs }, (_, index) => (
    <Button
      key={index}
      size="compact-xs"
      variant="default"
      mr="xs"
      aria-pressed={run === index + 1}
      onClick={() => choose(index + 1)}
    >
      Run {index + 1}
    </Button>
  ))
}

type CallProps = { call: GateCalls['items'][number] }

function Call({ call }: CallProps) {
  const { agent, alias, model, messages, answer, fault, isKept } = call
  return (
    <details className={classes.call}>
      <summary>
        <bdi>{agent}</bdi> asked <bdi>{alias}</bdi>
        {model !== null && ` (${model})`}
        {fault !== null && `, in vain: ${fault}`}
        {tokensOf(call)}
        {isKept && ', answered before'}
      </summary>
      {messages === null ? (
        <Quiet>It asked more than is kept.</Quiet>
      ) : (
        messages.map(({ role, content }, index) => (
          <Said key={index} by={role}>
            {content}
          </Said>
        ))
      )}
      {fault === null && messages !== null && (
        <Said by="answer">{JSON.stringify(answer, null, 2)}</Said>
      )}
    </details>
  )
}

function Said({ by, children }: { by: string; children: string }) {
  return (
    <>
      <p className={classes.by}>{by}</p>
      <pre className={classes.text}>{children}</pre>
    </>
  )
}

function tokensOf({ inputTokens, outputTokens }: CallProps['call']): string {
  if (inputTokens === null || outputTokens === null) return ''
  return `, ${count(inputTokens, 'token')} in, ${outputTokens} out`
}

import { Button } from '@mantine/core'
import type { GateCalls } from '../../../src/schema/api/gates.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { Quiet } from '../page.tsx'
import { ListPending } from '../page-pending.tsx'
import { ShowMore } from '../show-more.tsx'
import classes from './model-calls.module.css'

type Page = Pick<GateCalls, 'runs' | 'items'>

type Props = {
  /** Id of the example. */
  document: string
  /** From 1. */
  run: number
  choose: (run: number) => void
  query: Parameters<typeof ListPending>[0]['query'] &
    Parameters<typeof ShowMore>[0]['query'] & { data?: { pages: Page[] } }
}

/** What was asked of models about a document, run by run. */
export function ModelCalls({ document, run, choose, query }: Props) {
  const pages = query.data?.pages ?? []
  const items = pages.flatMap((page) => page.items)
  return (
    <div role="group" aria-label={`What was asked about ${document}`}>
      <ListPending what="what was asked" query={query} />
      {pages[0] !== undefined && <Runs runs={pages[0].runs} run={run} choose={choose} />}
      {pages.length > 0 && items.length === 0 && (
        <Quiet>
          Nothing is kept: it asked no model, was measured before that was kept, or longer ago than
          answers are kept.
        </Quiet>
      )}
      {items.map((call, index) => (
        <Call key={index} call={call} />
      ))}
      <ShowMore query={query} label="More of what was asked" />
    </div>
  )
}

type RunsProps = Pick<Props, 'run' | 'choose'> & { runs: number }

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
  const { agent, alias, model, messages, answer, said, fault, isKept } = call
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
        <Quiet>No model replied to it, and it asked more so than is kept.</Quiet>
      ) : (
        messages.map(({ role, content }, index) => (
          <Said key={index} by={role}>
            {content}
          </Said>
        ))
      )}
      <SentAlong call={call} />
      {said != null && <Said by="said, and not usable">{said}</Said>}
      {fault === null && messages !== null && (
        <Said by="answer">{JSON.stringify(answer, null, 2)}</Said>
      )}
    </details>
  )
}

/** What went out beside the prompt; nothing where that was not recorded. */
function SentAlong({ call: { schema, schemaName, parameters } }: CallProps) {
  if (parameters == null) return null
  return (
    <details>
      <summary>Schema and parameters</summary>
      {schema != null && <Said by={`schema ${schemaName ?? ''}`}>{schema}</Said>}
      <Said by="parameters">{JSON.stringify(parameters)}</Said>
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

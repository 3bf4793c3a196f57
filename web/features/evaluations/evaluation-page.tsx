import { Alert, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { EvaluationEntry } from '../../../src/schema/api/evaluations.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { wallsInWords } from '../../../src/schema/walls-words.ts'
import { api, sentenceOf } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Failure } from '../../components/failure.tsx'
import { Page, Quiet } from '../../components/page.tsx'
import { PagePending } from '../../components/page-pending.tsx'
import { PageFailure, PageLoading } from '../../components/page-states.tsx'
import { useMe } from '../../components/use-me.ts'
import { When } from '../../components/when.tsx'
import { shortHash } from '../../components/short-hash.ts'
import { EvaluationReportView } from './evaluation-report.tsx'
import { EvaluationState } from './evaluation-state.tsx'
import classes from './evaluations.module.css'
import { useEvaluation } from './use-evaluation.ts'

export function EvaluationPage() {
  const { evaluation: id } = useParams({ from: '/shell/evaluations/$evaluation' })
  const { data, error, refetch } = useEvaluation(id)
  const frame = { back: { to: '/evaluations', label: 'All evaluations' } } as const
  if (data === undefined) {
    const pending = { what: 'the evaluation', error, retry: refetch }
    return <PagePending name="Evaluation" {...frame} {...pending} />
  }
  return (
    <Page
      name={`Evaluation on ${data.dataset}`}
      heading={
        <>
          Evaluation on <bdi>{data.dataset}</bdi>
        </>
      }
      {...frame}
      actions={<StopButton evaluation={data} />}
    >
      <Origin evaluation={data} />
      {data.finishedAt === null && (
        <div className={classes.progress}>
          <EvaluationState evaluation={data} />
        </div>
      )}
      {data.state === 'done' && <Report evaluation={id} />}
      {data.reason !== null && (
        <Alert
          color={data.state === 'failed' ? 'red' : 'gray'}
          title={data.state === 'failed' ? 'It failed' : 'It was stopped'}
          mt="md"
          maw={720}
        >
          <Text size="sm">{data.reason}</Text>
        </Alert>
      )}
    </Page>
  )
}

function Origin({ evaluation }: { evaluation: EvaluationEntry }) {
  const { flow, repeats, chosenAgents, environment, startedAt, startedBy } = evaluation
  return (
    <Quiet>
      {flow.name} <code title={flow.version}>{shortHash(flow.version)}</code>
      {chosenAgents !== null && ` · only ${chosenAgents.join(', ')}`} · {count(repeats, 'run')} ·
      {environment !== null && (
        <>
          {' '}
          in the environment <code>{environment}</code> ·
        </>
      )}{' '}
      started by {startedBy.name}, <When at={startedAt} />
      <KeptApart evaluation={evaluation} />
    </Quiet>
  )
}

/** Of a flow that was run; recorded outputs have no version. */
function KeptApart({ evaluation: { state, flow, walls } }: { evaluation: EvaluationEntry }) {
  if (state !== 'done' || flow.version === '') return null
  return ` · kept apart by: ${wallsInWords(walls)}`
}

function StopButton({ evaluation: { id, finishedAt } }: { evaluation: EvaluationEntry }) {
  const { may } = useMe()
  const queries = useQueryClient()
  const stop = useMutation(
    api.evaluations.stop.mutationOptions({
      onSuccess: (stopped) =>
        queries.setQueryData(api.evaluations.get.queryKey({ input: { evaluation: id } }), stopped),
    }),
  )
  if (finishedAt !== null || !may('evaluations:run')) return null
  return (
    <>
      {stop.error && <Failure sentence={sentenceOf(stop.error)} />}
      <Button
        size="compact-sm"
        variant="default"
        loading={stop.isPending}
        onClick={() => stop.mutate({ evaluation: id })}
      >
        Stop
      </Button>
    </>
  )
}

function Report({ evaluation }: { evaluation: string }) {
  const { data, error } = useQuery(
    api.evaluations.report.queryOptions({ input: { evaluation }, staleTime: Infinity }),
  )
  if (error) return <PageFailure title="No figures" sentence={sentenceOf(error)} />
  if (data === undefined) return <PageLoading words="Loading figures and mistakes" />
  return <EvaluationReportView report={data} />
}

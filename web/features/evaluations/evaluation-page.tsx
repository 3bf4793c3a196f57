import { Alert, Button, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { EvaluationEntry } from '../../../src/schema/api/evaluations.ts'
import { api, sentenceOf } from '../../api.ts'
import { Failure } from '../../components/failure.tsx'
import { PageFailure, PageLoading } from '../../components/page-states.tsx'
import { useMe } from '../../components/use-me.ts'
import { When } from '../../components/when.tsx'
import { EvaluationReportView } from './evaluation-report.tsx'
import { EvaluationState } from './evaluation-state.tsx'
import classes from './evaluations.module.css'
import { useEvaluation } from './use-evaluation.ts'

export function EvaluationPage() {
  const { evaluation: id } = useParams({ from: '/shell/evaluations/$evaluation' })
  const { data, error, refetch } = useEvaluation(id)
  if (error && data === undefined) {
    return (
      <PageFailure
        title="The evaluation cannot be shown"
        sentence={sentenceOf(error)}
        retry={() => void refetch()}
      />
    )
  }
  if (data === undefined) return <PageLoading words="Loading the evaluation" />
  return (
    <div className={classes.page}>
      <Link to="/evaluations">All evaluations</Link>
      <Head evaluation={data} />
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
    </div>
  )
}

function Head({ evaluation }: { evaluation: EvaluationEntry }) {
  const { may } = useMe()
  const queries = useQueryClient()
  const { id, dataset, flow, repeats, chosenAgents, startedAt, startedBy } = evaluation
  const stop = useMutation(
    api.evaluations.stop.mutationOptions({
      onSuccess: (stopped) =>
        queries.setQueryData(api.evaluations.get.queryKey({ input: { evaluation: id } }), stopped),
    }),
  )
  const runs = evaluation.finishedAt === null
  return (
    <>
      <div className={classes.head}>
        <Title order={1} size="h4">
          Evaluation on <bdi>{dataset}</bdi>
        </Title>
        {runs && may('evaluations:run') && (
          <Button
            size="compact-sm"
            variant="default"
            loading={stop.isPending}
            onClick={() => stop.mutate({ evaluation: id })}
          >
            Stop
          </Button>
        )}
      </div>
      <p className={classes.quiet}>
        {flow.name} <code title={flow.version}>{flow.version.slice(0, 12)}</code>
        {chosenAgents !== null && ` · only ${chosenAgents.join(', ')}`} · {repeats}{' '}
        {repeats === 1 ? 'run' : 'runs'} · started by {startedBy.name}, <When at={startedAt} />
      </p>
      {stop.error && <Failure sentence={sentenceOf(stop.error)} />}
      {runs && (
        <div style={{ maxWidth: 420, marginTop: 12 }}>
          <EvaluationState evaluation={evaluation} />
        </div>
      )}
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

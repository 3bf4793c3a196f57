import { Button, Skeleton, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState } from 'react'
import type { EvaluationEntry } from '../../../src/schema/api/evaluations.ts'
import { api, sentenceOf } from '../../api.ts'
import { EmptyState, PageFailure } from '../../components/page-states.tsx'
import { useMe } from '../../components/use-me.ts'
import { EvaluationsTable } from './evaluations-table.tsx'
import classes from './evaluations.module.css'
import { StartEvaluation } from './start-evaluation.tsx'

const History = lazy(async () => ({ default: (await import('./history.tsx')).History }))

export function EvaluationsPage() {
  const { may } = useMe()
  const [selected, setSelected] = useState<string[]>([])
  const query = useInfiniteQuery(
    api.evaluations.list.infiniteOptions({
      input: (after: string | undefined) => ({ after, limit: 100 }),
      initialPageParam: undefined,
      getNextPageParam: ({ next }) => next ?? undefined,
      refetchInterval: ({ state }) => (someRuns(state.data?.pages) ? 2_000 : 30_000),
    }),
  )
  const evaluations = useMemo(() => query.data?.pages.flatMap(({ items }) => items), [query.data])
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <Title order={1} size="h4">
          Evaluations
        </Title>
        {evaluations !== undefined && (
          <CompareButton evaluations={evaluations} selected={selected} />
        )}
      </div>
      {may('evaluations:run') && <StartEvaluation />}
      {query.error && evaluations === undefined && (
        <PageFailure
          title="The evaluations cannot be shown"
          sentence={sentenceOf(query.error)}
          retry={() => void query.refetch()}
        />
      )}
      {query.isPending && (
        <div role="status" aria-label="Loading the evaluations">
          {[0, 1, 2].map((row) => (
            <Skeleton key={row} height={24} my={10} radius="sm" />
          ))}
        </div>
      )}
      {evaluations?.length === 0 && <NoEvaluations />}
      {evaluations !== undefined && evaluations.length > 0 && (
        <>
          <EvaluationsTable evaluations={evaluations} selected={selected} onSelect={setSelected} />
          <Suspense fallback={<Skeleton height={280} mt="lg" />}>
            <History evaluations={evaluations} />
          </Suspense>
        </>
      )}
      {query.hasNextPage && (
        <Button size="compact-sm" variant="default" onClick={() => void query.fetchNextPage()}>
          Show more
        </Button>
      )}
    </div>
  )
}

function someRuns(pages: { items: EvaluationEntry[] }[] = []): boolean {
  return pages.some(({ items }) => items.some(({ finishedAt }) => finishedAt === null))
}

/** The older one is the baseline. */
function CompareButton({
  evaluations,
  selected,
}: {
  evaluations: EvaluationEntry[]
  selected: string[]
}) {
  const navigate = useNavigate()
  const chosen = evaluations.filter(({ id }) => selected.includes(id))
  const [candidate, baseline] = chosen.toSorted((a, b) => b.startedAt - a.startedAt)
  return (
    <Button
      size="compact-sm"
      variant="default"
      disabled={candidate === undefined || baseline === undefined}
      onClick={() =>
        void navigate({
          to: '/evaluations/compare',
          search: { baseline: baseline?.id ?? '', candidate: candidate?.id ?? '' },
        })
      }
    >
      Compare the two that are ticked
    </Button>
  )
}

function NoEvaluations() {
  return (
    <EmptyState title="Nothing was measured yet">
      An evaluation runs the flow over a dataset whose issues are known, and says how many were
      found, missed and wrongly found, with intervals. Datasets lie in the folder{' '}
      <code>datasets/</code> of the flow.
    </EmptyState>
  )
}

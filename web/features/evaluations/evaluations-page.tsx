import { Button, Skeleton } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState } from 'react'
import type { EvaluationEntry } from '../../../src/schema/api/evaluations.ts'
import { api } from '../../api.ts'
import { Page, Quiet } from '../../components/page.tsx'
import { ListPending } from '../../components/page-pending.tsx'
import { EmptyState } from '../../components/page-states.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { ShowMore } from '../../components/show-more.tsx'
import { useMe } from '../../components/use-me.ts'
import { EvaluationsTable } from './evaluations-table.tsx'
import classes from './evaluations.module.css'
import { StartEvaluation } from './start-evaluation.tsx'

const History = lazy(async () => ({ default: (await import('./history.tsx')).History }))

export function EvaluationsPage() {
  const { may } = useMe()
  const [selected, setSelected] = useState<string[]>([])
  const [dataset, setDataset] = useState('')
  const query = useEvaluations(dataset)
  const evaluations = useMemo(() => query.data?.pages.flatMap(({ items }) => items), [query.data])
  const isEmpty = evaluations?.length === 0
  return (
    <Page name="Evaluations">
      {may('evaluations:run') && <StartEvaluation />}
      <ListPending what="the evaluations" query={query} />
      {isEmpty && dataset === '' && <NoEvaluations />}
      {evaluations !== undefined && (!isEmpty || dataset !== '') && (
        <>
          <div className={classes.above}>
            <DatasetFilter dataset={dataset} onChange={setDataset} />
            <CompareButton evaluations={evaluations} selected={selected} />
          </div>
          {isEmpty && <Quiet>Nothing was measured on this dataset yet.</Quiet>}
          {!isEmpty && (
            <EvaluationsTable
              evaluations={evaluations}
              selected={selected}
              onSelect={setSelected}
            />
          )}
          <ShowMore query={query} />
          <Suspense fallback={<Skeleton height={280} mt="lg" />}>
            <History evaluations={evaluations} />
          </Suspense>
        </>
      )}
    </Page>
  )
}

function useEvaluations(dataset: string) {
  return useInfiniteQuery(
    api.evaluations.list.infiniteOptions({
      input: (after: string | undefined) => ({
        after,
        limit: 100,
        ...(dataset !== '' && { dataset }),
      }),
      initialPageParam: undefined,
      getNextPageParam: ({ next }) => next ?? undefined,
      placeholderData: (before) => before,
      refetchInterval: ({ state }) => (someRuns(state.data?.pages) ? 2_000 : 30_000),
    }),
  )
}

function DatasetFilter({
  dataset,
  onChange,
}: {
  dataset: string
  onChange: (dataset: string) => void
}) {
  const { data } = useQuery(api.evaluations.datasets.queryOptions())
  const names = data?.items.map(({ name }) => name) ?? []
  if (names.length < 2) return null
  return (
    <SelectField
      aria-label="On which dataset"
      value={dataset}
      onChange={onChange}
      data={[
        { value: '', label: 'On all datasets' },
        ...names.map((name) => ({ value: name, label: `On ${name}` })),
      ]}
    />
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
      {chosen.length < 2 ? 'Tick two to compare them' : 'Compare the two that are ticked'}
    </Button>
  )
}

function NoEvaluations() {
  return (
    <EmptyState title="Nothing was measured yet">
      An evaluation runs the flow over a dataset whose issues are known, and says how many were
      found, missed and wrongly found, with intervals. Datasets are those under{' '}
      <Link to="/datasets">Datasets</Link>, and those in the folder <code>datasets/</code> of the
      flow.
    </EmptyState>
  )
}

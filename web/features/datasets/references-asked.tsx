import { Button, NativeSelect } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ReferencesAsked } from '../../../src/schema/api/dataset-references.ts'
import { api } from '../../api.ts'
import { AskedTable } from '../../components/asked/asked-table.tsx'
import { ModelCalls } from '../../components/asked/model-calls.tsx'
import { Quiet } from '../../components/page.tsx'
import { ListPending } from '../../components/page-pending.tsx'

/** For custodians, once they ask: what measuring baseline and anchor asked of models. Each look is in the log. */
export function AskedOfReferences({ dataset }: { dataset: string }) {
  const [isOpen, open] = useState(false)
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        mt="xs"
        aria-expanded={isOpen}
        onClick={() => open(!isOpen)}
      >
        {isOpen ? 'Hide what was asked of models' : 'Show what was asked of models'}
      </Button>
      {isOpen && <Asked dataset={dataset} />}
    </>
  )
}

function Asked({ dataset }: { dataset: string }) {
  const [chosen, choose] = useState<string>()
  const query = useQuery(
    api.datasets.referencesAsked.queryOptions({
      input: { dataset, evaluation: chosen },
      refetchOnWindowFocus: false,
    }),
  )
  const { data } = query
  return (
    <>
      <ListPending what="what was asked" query={query} />
      {data?.evaluation === null && <Quiet>Nothing was measured on test yet.</Quiet>}
      {data != null && data.evaluation !== null && (
        <>
          <Measurements asked={data} choose={choose} />
          <AskedTable key={data.evaluation} name="What was asked about test" items={data.items}>
            {({ document }) => (
              <Calls dataset={dataset} evaluation={data.evaluation ?? ''} document={document} />
            )}
          </AskedTable>
        </>
      )}
    </>
  )
}

type MeasurementsProps = { asked: ReferencesAsked; choose: (evaluation: string) => void }

function Measurements({ asked: { measurements, evaluation }, choose }: MeasurementsProps) {
  if (measurements.length < 2) return null
  const options = measurements.map(({ id, version, state, startedAt }) => ({
    value: id,
    label: `${version.slice(0, 12)}, ${new Date(startedAt).toLocaleString()}, ${state}`,
  }))
  return (
    <NativeSelect
      label="Measured"
      size="xs"
      maw={420}
      mt="xs"
      data={options}
      value={evaluation ?? ''}
      onChange={({ currentTarget }) => choose(currentTarget.value)}
    />
  )
}

type CallsProps = { dataset: string; evaluation: string; document: string }

function Calls(asked: CallsProps) {
  const [run, setRun] = useState(1)
  const query = useInfiniteQuery(
    api.datasets.referencesCalls.infiniteOptions({
      input: (after: number) => ({ ...asked, run, after }),
      initialPageParam: 0,
      getNextPageParam: ({ next }) => next ?? undefined,
      refetchOnWindowFocus: false,
    }),
  )
  return <ModelCalls document={asked.document} run={run} choose={setRun} query={query} />
}

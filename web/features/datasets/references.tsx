import { Group } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReferenceRole } from '../../../src/schema/reference-version.ts'
import { api, sentenceOf } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Failure } from '../../components/failure.tsx'
import { followMeasuring } from '../../components/follow-measuring.ts'
import { PageSection, Quiet } from '../../components/page.tsx'
import { ListPending } from '../../components/page-pending.tsx'
import { ReferencesTable } from '../../components/references-table.tsx'
import { AskedOfReferences } from './references-asked.tsx'

const roles: ReferenceRole[] = ['baseline', 'anchor']

/** What versions of the flow are compared with, and how it measures on the newest `test`. */
export function References({ dataset }: { dataset: string }) {
  const query = useQuery(
    api.datasets.references.queryOptions({
      input: { dataset },
      refetchInterval: followMeasuring,
    }),
  )
  const { mark, measure } = useReferences()
  const { items = [], leftOut = [] } = query.data ?? {}
  const unmeasured = items.some(
    ({ evaluation }) => evaluation === null || ['failed', 'stopped'].includes(evaluation.state),
  )
  const missing = roles.filter(
    (role) => role === 'baseline' || !items.some((one) => one.role === role),
  )
  const busy = mark.isPending || measure.isPending
  return (
    <PageSection title="Baseline and anchor">
      <Quiet>
        Versions of the flow that others are compared with. The baseline goes on with the flow; the
        anchor is marked once and stays, so that many small losses do not add up. After a rotation
        both are measured on the new test.
      </Quiet>
      <ListPending what="baseline and anchor" query={query} />
      {query.data !== undefined && items.length === 0 && <Quiet>No version is marked yet.</Quiet>}
      {items.length > 0 && <ReferencesTable items={items} leftOut={leftOut} />}
      <Group gap="xs" mt="xs">
        {query.data !== undefined &&
          missing.map((role) => (
            <Button
              key={role}
              size="compact-sm"
              variant="default"
              disabled={busy}
              onClick={() => mark.mutate({ role })}
            >
              Mark the flow in use as {role}
            </Button>
          ))}
        {unmeasured && query.data?.test !== null && (
          <Button
            size="compact-sm"
            variant="default"
            disabled={busy}
            onClick={() => measure.mutate({ dataset })}
          >
            Measure on test
          </Button>
        )}
      </Group>
      {items.length > 0 && <AskedOfReferences dataset={dataset} />}
      {[mark.error, measure.error].map((error, index) =>
        error === null ? null : <Failure key={index} sentence={sentenceOf(error)} />,
      )}
    </PageSection>
  )
}

function useReferences() {
  const queries = useQueryClient()
  const onSuccess = (): Promise<void> =>
    queries.invalidateQueries({ queryKey: api.datasets.references.key() })
  const mark = useMutation(api.flows.markReference.mutationOptions({ onSuccess }))
  const measure = useMutation(api.datasets.measureReferences.mutationOptions({ onSuccess }))
  return { mark, measure }
}

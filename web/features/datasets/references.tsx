import { Button, Group, Table } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReferenceMeasure } from '../../../src/schema/api/dataset-references.ts'
import type { ReferenceRole } from '../../../src/schema/reference-version.ts'
import { amount } from '../../../src/schema/figure-words.ts'
import { api, sentenceOf } from '../../api.ts'
import { Failure } from '../../components/failure.tsx'
import { Figure, TooFew } from '../../components/figures.tsx'
import { PageSection, Quiet } from '../../components/page.tsx'
import { ListPending } from '../../components/page-pending.tsx'
import { ScrollTable } from '../../components/scroll-table.tsx'
import { When } from '../../components/when.tsx'
import { shortHash } from '../../components/short-hash.ts'
import classes from './datasets.module.css'

/** Milliseconds between looks at what is being measured. */
const lookEvery = 1000

const roles: ReferenceRole[] = ['baseline', 'anchor']
const isUnderWay = ({ evaluation }: ReferenceMeasure): boolean =>
  evaluation?.state === 'queued' || evaluation?.state === 'running'

/** What versions of the flow are compared with, and how it measures on the newest `test`. */
export function References({ dataset }: { dataset: string }) {
  const query = useQuery(
    api.datasets.references.queryOptions({
      input: { dataset },
      refetchInterval: ({ state }) => (state.data?.items.some(isUnderWay) ? lookEvery : false),
    }),
  )
  const { mark, measure } = useReferences()
  const items = query.data?.items ?? []
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
      {items.length > 0 && <ReferencesTable items={items} />}
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

function ReferencesTable({ items }: { items: ReferenceMeasure[] }) {
  return (
    <ScrollTable name="List of marked versions" miw={760}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Role</Table.Th>
          <Table.Th>Version of the flow</Table.Th>
          <Table.Th>Marked</Table.Th>
          <Table.Th>On test</Table.Th>
          <Table.Th data-number>Precision</Table.Th>
          <Table.Th data-number>Recall</Table.Th>
          <Table.Th data-number>F0.5</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((item) => (
          <Table.Tr key={item.role}>
            <Table.Th scope="row">{item.role}</Table.Th>
            <Table.Td className={classes.version} title={item.version}>
              <code>{shortHash(item.version)}</code>
            </Table.Td>
            <Table.Td>
              <When at={item.markedAt} /> by {item.markedBy.name}
            </Table.Td>
            <Table.Td className={classes.changes}>
              <Measured item={item} />
            </Table.Td>
            <Rates item={item} />
          </Table.Tr>
        ))}
      </Table.Tbody>
    </ScrollTable>
  )
}

/** How far it is, or of how many the figures are. */
function Measured({ item: { evaluation } }: { item: ReferenceMeasure }) {
  if (evaluation === null) return 'not measured'
  const { state, runs, reason, pooled, documents, repeats } = evaluation
  if (state === 'queued') return 'waits to be measured'
  if (state === 'running')
    return (
      <span role="status">
        {runs?.done} of {runs?.all} runs
      </span>
    )
  if (state !== 'done' || pooled === null) return `${state}: ${reason ?? 'no reason was kept'}`
  return (
    <>
      {amount(pooled.tp + pooled.fn)} issues in {documents} examples, {repeats} runs each
      {pooled.tooFew && <TooFew />}
    </>
  )
}

function Rates({ item: { evaluation } }: { item: ReferenceMeasure }) {
  const pooled = evaluation?.pooled ?? null
  const rates = pooled === null ? [null, null, null] : [pooled.precision, pooled.recall, pooled.f05]
  return rates.map((rate, index) => (
    <Table.Td key={index} data-number>
      {rate === null ? '–' : <Figure rate={rate} />}
    </Table.Td>
  ))
}

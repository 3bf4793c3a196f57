import { Alert, Table } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { LabellingEntry, LabelProgress } from '../../../src/schema/api/label-sets.ts'
import { api } from '../../api.ts'
import { Page, PageSection, Quiet } from '../../components/page.tsx'
import { ListPending, PagePending } from '../../components/page-pending.tsx'
import { ScrollTable } from '../../components/scroll-table.tsx'
import { ShowMore } from '../../components/show-more.tsx'
import { AgreementTable } from './agreement-table.tsx'
import { splitWords } from './split-sizes.tsx'

const route = getRouteApi('/shell/datasets/$dataset/labelling')

/** Who labels a dataset apart from others, how far each is, and how far they agree. */
export function LabellingPage() {
  const { dataset } = route.useParams()
  const { data, error, refetch } = useQuery(
    api.labelSets.progress.queryOptions({ input: { dataset } }),
  )
  const name = `Labelling of ${dataset}`
  const back = { to: '/datasets/$dataset', params: { dataset }, label: dataset } as const
  if (data === undefined) {
    return (
      <PagePending name={name} back={back} what="the labelling" error={error} retry={refetch} />
    )
  }
  return (
    <Page
      name={name}
      heading={
        <>
          Labelling of <bdi>{dataset}</bdi>
        </>
      }
      back={back}
    >
      <Quiet>
        Several people label the same examples, each without seeing what the others or the version
        say. What two have handed in can be settled: one label or the other is taken, and a new
        version has them.
      </Quiet>
      <PageSection title="People">
        <Annotators progress={data} />
      </PageSection>
      <PageSection title="Agreement">
        {data.agreement.isDoubtful && (
          <Alert color="orange" role="status" title="People disagree">
            A coefficient is below 0.6 on 50 issues or more: what is measured on such labels is not
            well-defined. Agree on guidelines first.
          </Alert>
        )}
        <AgreementTable progress={data} />
      </PageSection>
      <PageSection title="Examples">
        <Examples dataset={dataset} />
      </PageSection>
    </Page>
  )
}

function Annotators({ progress: { annotators, examples } }: { progress: LabelProgress }) {
  if (annotators.length === 0) return <Quiet>Nobody has begun. Open an example below.</Quiet>
  return (
    <ScrollTable name="List of people" miw={420}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Person</Table.Th>
          <Table.Th data-number>Handed in</Table.Th>
          <Table.Th data-number>Begun</Table.Th>
          <Table.Th data-number>Abstained</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {annotators.map(({ person, handedIn, drafts, abstained }) => (
          <Table.Tr key={person.id}>
            <Table.Th scope="row">{person.name}</Table.Th>
            <Table.Td data-number>
              {handedIn} of {examples}
            </Table.Td>
            <Table.Td data-number>{drafts}</Table.Td>
            <Table.Td data-number>{abstained}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </ScrollTable>
  )
}

function Examples({ dataset }: { dataset: string }) {
  const query = useInfiniteQuery(
    api.labelSets.examples.infiniteOptions({
      input: (after: string | undefined) => ({ dataset, after, limit: 100 }),
      initialPageParam: undefined,
      getNextPageParam: ({ next }) => next ?? undefined,
    }),
  )
  const examples = query.data?.pages.flatMap(({ items }) => items)
  return (
    <>
      <ListPending what="the examples" query={query} />
      {examples !== undefined && (
        <ScrollTable name="List of examples" highlightOnHover miw={480}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Example</Table.Th>
              <Table.Th>Split</Table.Th>
              <Table.Th>You</Table.Th>
              <Table.Th>All</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {examples.map((example) => (
              <Table.Tr key={example.id}>
                <Table.Th scope="row" style={{ overflowWrap: 'anywhere' }}>
                  <Link
                    to="/datasets/$dataset/labelling/example"
                    params={{ dataset }}
                    search={{ id: example.id }}
                  >
                    <bdi>{example.id}</bdi>
                  </Link>
                </Table.Th>
                <Table.Td>{splitWords[example.split]}</Table.Td>
                <Table.Td>{mineInWords(example)}</Table.Td>
                <Table.Td>{allInWords(example)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </ScrollTable>
      )}
      <ShowMore query={query} label="More examples" />
    </>
  )
}

function mineInWords({ mine, isSettled }: LabellingEntry): string {
  switch (mine) {
    case null:
      return isSettled ? '–' : 'to label'
    case 'draft':
      return 'begun'
    case 'handed-in':
      return 'handed in'
    case 'abstained':
      return 'abstained'
  }
}

function allInWords({ handedIn, drafts, isSettled }: LabellingEntry): string {
  if (isSettled) return 'settled'
  const done = handedIn > 0 ? `${handedIn} handed in` : ''
  const begun = drafts > 0 ? `${drafts} begun` : ''
  const toSettle = handedIn > 1 ? 'to settle' : ''
  return [done, begun, toSettle].filter((words) => words !== '').join(', ') || 'nobody yet'
}

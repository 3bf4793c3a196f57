import { Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api.ts'
import { PageSection, Quiet } from '../../components/page.tsx'
import { ListPending } from '../../components/page-pending.tsx'
import { ScrollTable } from '../../components/scroll-table.tsx'
import { ShowMore } from '../../components/show-more.tsx'
import { When } from '../../components/when.tsx'

/** How many are shown, and how many once one asks for more. */
const limits = { first: 30, all: 500 } as const

/** For custodians: who opened how many texts without the right to export. */
export function OpenedTexts() {
  const [limit, setLimit] = useState<number>(limits.first)
  const query = useQuery(
    api.datasets.openedTexts.queryOptions({
      input: { limit },
      placeholderData: (before) => before,
    }),
  )
  const { items = [], most, share } = query.data ?? {}
  const more = {
    hasNextPage: items.length >= limits.first && (limit < limits.all || query.isPlaceholderData),
    isFetchingNextPage: query.isPlaceholderData,
    fetchNextPage: () => setLimit(limits.all),
  }
  return (
    <PageSection title="Texts opened">
      <ListPending what="the texts opened" query={query} />
      {most !== undefined && share !== undefined && (
        <Quiet>
          Who may not export opens documents and examples one by one, at most {most} different ones
          a day (UTC), and of one split of a dataset, or of documents that were not given to them,{' '}
          {Math.round(share * 100)} % of those there or ten.
          {items.length === 0 && ' Nobody has opened one in the last three months.'}
        </Quiet>
      )}
      {items.length > 0 && (
        <ScrollTable name="List of texts opened">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Person</Table.Th>
              <Table.Th>Day</Table.Th>
              <Table.Th>Counted</Table.Th>
              <Table.Th>Of these</Table.Th>
              <Table.Th>Last one</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map(({ person, day, counted, parts, lastAt }) => (
              <Table.Tr key={`${day} ${person.id}`}>
                <Table.Th scope="row">{person.name}</Table.Th>
                <Table.Td>{day}</Table.Td>
                <Table.Td>
                  {counted} of {most}
                </Table.Td>
                <Table.Td>
                  {parts.map((part) => `${part.name} ${part.counted}`).join(', ')}
                </Table.Td>
                <Table.Td>
                  <When at={lastAt} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </ScrollTable>
      )}
      <ShowMore query={more} label="Earlier days" />
    </PageSection>
  )
}

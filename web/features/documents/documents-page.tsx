import { Alert, Loader, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, sentenceOf } from '../../api.ts'

export function DocumentsPage() {
  const { data, error, isPending } = useQuery(api.documents.list.queryOptions({ input: {} }))
  return (
    <>
      <Title order={1} size="h3" mb="sm">
        Documents
      </Title>
      {isPending && <Loader size="sm" />}
      {error && <Alert color="red">{sentenceOf(error)}</Alert>}
      {data?.items.length === 0 && <Text c="dimmed">There are no documents yet.</Text>}
      {data && data.items.length > 0 && (
        <Table>
          <Table.Tbody>
            {data.items.map((document) => (
              <Table.Tr key={document.sha256}>
                <Table.Td>{document.name}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </>
  )
}

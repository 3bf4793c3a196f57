import { NativeSelect, TextInput } from '@mantine/core'
import type { DocumentFilter } from './use-documents.ts'

const choices = [
  { value: 'all', label: 'All documents' },
  { value: 'open', label: 'With open issues' },
  { value: 'mine', label: 'Assigned to me' },
  { value: 'unassigned', label: 'Assigned to nobody' },
  { value: 'failed', label: 'Could not be read' },
]

type Props = { filter: DocumentFilter; onFilter: (filter: DocumentFilter) => void }

export function DocumentsFilters({ filter, onFilter }: Props) {
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label="Which documents"
        data={choices}
        value={filter.show}
        onChange={({ currentTarget }) =>
          onFilter({ ...filter, show: currentTarget.value as DocumentFilter['show'] })
        }
      />
      <TextInput
        size="xs"
        type="search"
        aria-label="Search by name"
        placeholder="Search by name"
        maxLength={200}
        value={filter.search}
        onChange={({ currentTarget }) => onFilter({ ...filter, search: currentTarget.value })}
      />
    </>
  )
}

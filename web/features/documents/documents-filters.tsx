import { SelectField } from '../../components/select-field.tsx'
import { TextField } from '../../components/text-field.tsx'
import type { DocumentFilter } from './use-documents.ts'

const choices = [
  { value: 'all', label: 'All documents' },
  { value: 'open', label: 'With open issues' },
  { value: 'unread', label: 'Not read whole' },
  { value: 'mine', label: 'Assigned to me' },
  { value: 'unassigned', label: 'Assigned to nobody' },
  { value: 'failed', label: 'Could not be read' },
] as const

type Props = { filter: DocumentFilter; onFilter: (filter: DocumentFilter) => void }

export function DocumentsFilters({ filter, onFilter }: Props) {
  return (
    <>
      <SelectField
        aria-label="Which documents"
        data={choices}
        value={filter.show}
        onChange={(show) => onFilter({ ...filter, show })}
      />
      <TextField
        type="search"
        aria-label="Search by name"
        placeholder="Search by name"
        maxLength={200}
        value={filter.search}
        onChange={(search) => onFilter({ ...filter, search })}
      />
    </>
  )
}

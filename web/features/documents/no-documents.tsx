import { EmptyState } from '../../components/page-states.tsx'

export function NoDocuments({ filtered }: { filtered: boolean }) {
  if (filtered) {
    return (
      <EmptyState title="No document fits">Search for a part of its name, or show all.</EmptyState>
    )
  }
  return (
    <EmptyState title="No documents yet">
      Drop a file here to have it reviewed. To try it first, take the booklet that comes along:{' '}
      <code>examples/document-review/documents/northwind-health-plus.pdf</code>.
    </EmptyState>
  )
}

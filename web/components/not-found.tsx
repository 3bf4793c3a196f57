import { Link } from '@tanstack/react-router'
import { EmptyState } from './page-states.tsx'

export function NotFound() {
  return (
    <EmptyState title="There is no such page">
      <Link to="/documents">Go to the documents</Link>
    </EmptyState>
  )
}

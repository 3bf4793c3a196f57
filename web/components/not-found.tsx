import { Link } from '@tanstack/react-router'
import { Page } from './page.tsx'
import { EmptyState } from './page-states.tsx'

export function NotFound() {
  return (
    <Page name="Not found">
      <EmptyState title="There is no such page">
        <Link to="/documents">Go to the documents</Link>
      </EmptyState>
    </Page>
  )
}

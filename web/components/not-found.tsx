import { Link } from '@tanstack/react-router'
import { Page } from './page.tsx'
import { EmptyState } from './page-states.tsx'

export function NotFound() {
  return (
    <Page name="Not found">
      <EmptyState title="There is no such page">
        <Link to="/">Go to the first page</Link>
      </EmptyState>
    </Page>
  )
}

/** A page of the navigation that takes another role. */
export function NotYours({ label }: { label: string }) {
  return (
    <Page name={label}>
      <EmptyState title="This page is for other roles">
        Yours do not include it. An admin can change them under Settings.{' '}
        <Link to="/">Go to the first page</Link>
      </EmptyState>
    </Page>
  )
}

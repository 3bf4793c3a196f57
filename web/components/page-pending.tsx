import { isTextsLimit, sentenceOf } from '../api.ts'
import { Page, type PageProps } from './page.tsx'
import { EmptyState, PageFailure, PageLoading, RowsLoading } from './page-states.tsx'

type Props = Omit<PageProps, 'actions' | 'children'> & {
  /** What it waits for, as in "the flow". */
  what: string
  error: unknown
  retry?: () => unknown
}

/** A page whose content is on its way, or cannot be shown. */
export function PagePending({ what, error, retry, ...frame }: Props) {
  if (error === null) return <PageLoading words={`Loading ${what}`} />
  return (
    <Page {...frame}>
      <CannotBeShown what={what} error={error} retry={retry} />
    </Page>
  )
}

type ListProps = {
  what: string
  query: { data?: unknown; error: unknown; refetch: () => unknown }
}

/** In place of a list that is on its way, or cannot be shown. */
export function ListPending({ what, query: { data, error, refetch } }: ListProps) {
  if (data !== undefined) return null
  if (error === null) return <RowsLoading words={`Loading ${what}`} />
  return <CannotBeShown what={what} error={error} retry={refetch} />
}

function CannotBeShown({ what, error, retry }: Pick<Props, 'what' | 'error' | 'retry'>) {
  if (isTextsLimit(error)) {
    return <EmptyState title="No more new texts today">{sentenceOf(error)}</EmptyState>
  }
  return (
    <PageFailure
      title={`${what.charAt(0).toUpperCase()}${what.slice(1)} cannot be shown`}
      sentence={sentenceOf(error)}
      retry={retry}
    />
  )
}

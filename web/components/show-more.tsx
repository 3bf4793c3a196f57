import { Button } from './button.tsx'

type Props = {
  label?: string
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }
}

/** Below a list that goes on. */
export function ShowMore({ query, label = 'Show more' }: Props) {
  if (!query.hasNextPage) return null
  return (
    <Button
      size="compact-sm"
      variant="default"
      mt="xs"
      loading={query.isFetchingNextPage}
      onClick={() => void query.fetchNextPage()}
    >
      {label}
    </Button>
  )
}

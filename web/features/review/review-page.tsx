import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import type { DocumentText } from '../../../src/schema/workplace.ts'
import { addressOf, api } from '../../api.ts'
import { PagePending } from '../../components/page-pending.tsx'
import { nextOpen } from './filter-issues.ts'
import type { OpenedFile } from '../../components/pdf/paint-protocol.ts'
import type { ReviewState } from './review-state.ts'
import { usePainter } from '../../components/pdf/use-painter.ts'
import { useReview } from './use-review.ts'
import { hasPages, Workplace } from './workplace.tsx'

const route = getRouteApi('/shell/reviews/$review')

export function ReviewPage() {
  const { review } = route.useParams()
  return <OpenReview key={review} review={review} />
}

function OpenReview({ review }: { review: string }) {
  const { issue } = route.useSearch()
  const query = useReview(review)
  const { data: state } = query
  const text = useText(state)
  const painting = usePainter(fileOf(state, text.data))
  const { opened } = painting
  const named = state?.review.document
  const untilRead = useMemo(
    () => (named === undefined || opened === null ? undefined : asOpened(named, opened)),
    [named, opened],
  )
  const onSelect = useKeepIssue(review)
  const document = text.data ?? untilRead
  const { error, refetch } = query.error === null ? text : query
  if (error !== null || state === undefined || document === undefined) {
    return <PagePending name="Review" what="the review" error={error} retry={refetch} />
  }
  return (
    <Workplace
      state={state}
      document={document}
      painting={painting}
      start={issue ?? nextOpen(state.issues, null)}
      onSelect={onSelect}
    />
  )
}

/** Keeps the selected issue in the address, unless one is on the way to another page already. */
function useKeepIssue(review: string): (selected: string | null) => void {
  const router = useRouter()
  return useCallback(
    (selected: string | null) => {
      const { pathname } = router.buildLocation({ to: '/reviews/$review', params: { review } })
      if (router.latestLocation.pathname !== pathname) return
      const search = selected === null ? {} : { issue: selected }
      void router.navigate({ to: '/reviews/$review', params: { review }, search, replace: true })
    },
    [router, review],
  )
}

function useText(state: ReviewState | undefined) {
  const sha256 = state?.review.document.sha256 ?? ''
  return useQuery(
    api.documents.text.queryOptions({
      input: { sha256 },
      enabled: sha256 !== '',
      staleTime: Infinity,
      structuralSharing: false,
    }),
  )
}

/** Once it is sure, or by its name likely, that it is a PDF. */
function fileOf(state: ReviewState | undefined, text: DocumentText | undefined): string | null {
  if (state === undefined) return null
  const { sha256, name } = state.review.document
  const isPdf = text === undefined ? /\.pdf$/iu.test(name) : hasPages(text)
  return isPdf ? addressOf.file(sha256) : null
}

/** The pages before their words are there: all as large as the first. */
function asOpened(
  named: ReviewState['review']['document'],
  { pages, first }: OpenedFile,
): DocumentText | undefined {
  if (first === null) return undefined
  return {
    ...named,
    pages: Array.from({ length: pages }, (_, at) => ({ number: at + 1, ...first, hasText: true })),
    paragraphs: [],
  }
}

import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useCallback } from 'react'
import { api, sentenceOf } from '../../api.ts'
import { PageFailure, PageLoading } from '../../components/page-states.tsx'
import { nextOpen } from './filter-issues.ts'
import { useReview } from './use-review.ts'
import { Workplace } from './workplace.tsx'

const route = getRouteApi('/shell/reviews/$review')

export function ReviewPage() {
  const { review } = route.useParams()
  const { issue } = route.useSearch()
  const navigate = route.useNavigate()
  const { data: state, error } = useReview(review)
  const sha256 = state?.review.document.sha256 ?? ''
  const text = useQuery(
    api.documents.text.queryOptions({
      input: { sha256 },
      enabled: sha256 !== '',
      staleTime: Infinity,
      structuralSharing: false,
    }),
  )
  const onSelect = useCallback(
    (selected: string | null) => {
      void navigate({ search: selected === null ? {} : { issue: selected }, replace: true })
    },
    [navigate],
  )
  const failure = error ?? text.error
  if (failure !== null)
    return <PageFailure title="This review cannot be shown" sentence={sentenceOf(failure)} />
  if (state === undefined || text.data === undefined)
    return <PageLoading words="Opening the review" />
  return (
    <Workplace
      key={review}
      state={state}
      document={text.data}
      start={issue ?? nextOpen(state.issues, null)}
      onSelect={onSelect}
    />
  )
}

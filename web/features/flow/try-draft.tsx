import { Button, NativeSelect } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { addressOf, api, sentenceOf } from '../../api.ts'
import { Failure } from '../../components/failure.tsx'
import classes from './flow.module.css'

/** What can be done with a draft: measure it, review a document with it, take it along. */
export function TryDraft({ version }: { version: string }) {
  return (
    <div role="status">
      <p className={classes.quiet} style={{ marginTop: 12 }}>
        Draft <code title={version}>{version.slice(0, 12)}</code> is kept. Each try runs the version
        in use beside it.
      </p>
      <div className={classes.try}>
        <OnDataset version={version} />
        <OnDocument version={version} />
        <Button
          size="xs"
          variant="default"
          component="a"
          href={addressOf.patch(version)}
          download={`draft-${version.slice(0, 12)}.patch`}
        >
          Download as a patch
        </Button>
      </div>
    </div>
  )
}

function OnDataset({ version }: { version: string }) {
  const { data } = useQuery(api.evaluations.datasets.queryOptions())
  const names = data?.items.filter(({ problem }) => problem === null).map(({ name }) => name) ?? []
  const [chosen, setChosen] = useState<string | null>(null)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const measure = useMutation(
    api.flows.evaluateDraft.mutationOptions({
      onSuccess: ({ current, draft }) => {
        void queries.invalidateQueries({ queryKey: api.evaluations.list.key() })
        const search = { baseline: current, candidate: draft }
        return navigate({ to: '/evaluations/compare', search })
      },
    }),
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    measure.mutate({ version, dataset: chosen ?? names[0] ?? '' })
  }
  if (names.length === 0) return null
  return (
    <form onSubmit={submit}>
      <NativeSelect
        label="On a dataset"
        size="xs"
        value={chosen ?? names[0] ?? ''}
        onChange={({ currentTarget }) => setChosen(currentTarget.value)}
        data={names}
      />
      <Button type="submit" size="xs" variant="default" loading={measure.isPending}>
        Measure both
      </Button>
      {measure.error && <Failure sentence={sentenceOf(measure.error)} />}
    </form>
  )
}

function OnDocument({ version }: { version: string }) {
  const { data } = useQuery(api.documents.list.queryOptions({ input: { state: 'ready' } }))
  const documents = data?.items ?? []
  const [chosen, setChosen] = useState<string | null>(null)
  const review = useMutation(api.flows.tryDraft.mutationOptions())
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    review.mutate({ version, document: chosen ?? documents[0]?.sha256 ?? '' })
  }
  if (documents.length === 0) return null
  return (
    <form onSubmit={submit}>
      <NativeSelect
        label="On a document"
        size="xs"
        value={chosen ?? documents[0]?.sha256 ?? ''}
        onChange={({ currentTarget }) => setChosen(currentTarget.value)}
        data={documents.map(({ sha256, name }) => ({ value: sha256, label: name }))}
      />
      <Button type="submit" size="xs" variant="default" loading={review.isPending}>
        Review with both
      </Button>
      {review.error && <Failure sentence={sentenceOf(review.error)} />}
      {review.data !== undefined && (
        <span>
          <Link to="/reviews/$review" params={{ review: review.data.current }}>
            Version in use
          </Link>
          {' · '}
          <Link to="/reviews/$review" params={{ review: review.data.draft }}>
            Draft
          </Link>
        </span>
      )}
    </form>
  )
}

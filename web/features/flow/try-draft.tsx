import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { addressOf, api } from '../../api.ts'
import { LineForm } from '../../components/line-form.tsx'
import { OpenChange } from '../../components/open-change.tsx'
import { Quiet } from '../../components/page.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { shortHash } from '../../components/short-hash.ts'
import { useMe } from '../../components/use-me.ts'
import classes from './flow.module.css'
import { TriedDraft } from './tried-draft.tsx'

type Props = {
  version: string
  /** Whether it was made just now: the button that did it takes no focus any more. */
  isNew: boolean
}

/** What can be done with a draft: measure it, review a document with it, take it along, propose it. */
export function TryDraft({ version, isNew }: Props) {
  const { may } = useMe()
  const [opening, setOpening] = useState(false)
  const kept = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isNew) kept.current?.focus({ preventScroll: true })
  }, [isNew])
  return (
    <div role="status" className={classes.kept} ref={kept} tabIndex={-1}>
      <Quiet>
        Draft <code title={version}>{shortHash(version)}</code> is kept. Each try runs what it was
        made from beside it.
      </Quiet>
      <div className={classes.try}>
        <OnDataset version={version} />
        <OnDocument version={version} />
        <Button
          size="xs"
          variant="default"
          component="a"
          href={addressOf.patch(version)}
          download={`draft-${shortHash(version)}.patch`}
        >
          Download as a patch
        </Button>
        {may('changes:write') && (
          <Button size="xs" onClick={() => setOpening(true)}>
            Open a change
          </Button>
        )}
      </div>
      {opening && <OpenChange draft={version} close={() => setOpening(false)} />}
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
  const dataset = chosen ?? names[0] ?? ''
  if (names.length === 0) return null
  return (
    <LineForm
      name="Measure the draft"
      submit="Measure both"
      sending={measure}
      button={{ variant: 'default' }}
      onSubmit={() => measure.mutate({ version, dataset })}
    >
      <SelectField
        label="On a dataset"
        value={dataset}
        onChange={setChosen}
        data={names.map((name) => ({ value: name, label: name }))}
      />
    </LineForm>
  )
}

function OnDocument({ version }: { version: string }) {
  const { data } = useQuery(api.documents.list.queryOptions({ input: { state: 'ready' } }))
  const documents = data?.items ?? []
  const [chosen, setChosen] = useState<string | null>(null)
  const review = useMutation(api.flows.tryDraft.mutationOptions())
  const document = chosen ?? documents[0]?.sha256 ?? ''
  if (documents.length === 0) return null
  return (
    <>
      <LineForm
        name="Review with the draft"
        submit="Review with both"
        sending={review}
        button={{ variant: 'default' }}
        onSubmit={() => review.mutate({ version, document })}
      >
        <SelectField
          label="On a document"
          maw={320}
          value={document}
          onChange={setChosen}
          data={documents.map(({ sha256, name }) => ({ value: sha256, label: name }))}
        />
      </LineForm>
      {review.data !== undefined && <TriedDraft {...review.data} />}
    </>
  )
}

import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { LabelComparison, LabellingExample } from '../../../src/schema/api/label-sets.ts'
import type { DatasetParagraph } from '../../../src/schema/stored-dataset.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { api } from '../../api.ts'
import { LineForm } from '../../components/line-form.tsx'
import { PageSection, Quiet } from '../../components/page.tsx'
import { TextField } from '../../components/text-field.tsx'
import { When } from '../../components/when.tsx'
import { ComparedPlaces } from './compared-places.tsx'
import { besideShowing, ConfirmShowing } from './confirm-showing.tsx'
import { chosenAtFirst, decided, type Choices, takenOf } from './settling.ts'

type Shown = LabellingExample & { paragraphs: DatasetParagraph[]; comparison: LabelComparison }
type Props = { example: Shown; reread: () => void }

/** What several people labelled, side by side, to be settled by taking one label or another. */
export function SettleLabels({ example, reread }: Props) {
  const { comparison, paragraphs, settled } = example
  const { places, sets } = comparison
  const [choices, setChoices] = useState<Choices>(() => chosenAtFirst(places))
  const mayChoose = settled === null && sets.length > 1
  const numbered = places.map((place, number) => ({ ...place, number }))
  const differing = numbered.filter(({ isAgreed }) => !isAgreed)
  const agreed = numbered.filter(({ isAgreed }) => isAgreed)
  const list = {
    sets,
    paragraphs,
    choices,
    ...(mayChoose && {
      onChoose: (place: number, number: number | null) =>
        setChoices(new Map(choices).set(place, number)),
    }),
  }
  return (
    <>
      <Standing example={example} reread={reread} />
      {sets.length > 1 && (
        <>
          <PageSection title={`Differ: ${differing.length}`}>
            {differing.length === 0 && <Quiet>They agree on every issue.</Quiet>}
            <ComparedPlaces name="Differences" places={differing} {...list} />
          </PageSection>
          <PageSection title={`Agreed: ${agreed.length}`}>
            <ComparedPlaces name="Agreed labels" places={agreed} {...list} />
          </PageSection>
          {mayChoose && <Settle example={example} choices={choices} />}
        </>
      )}
    </>
  )
}

/** What there is to do, or was done. */
function Standing({ example, reread }: Props) {
  const { settled, comparison, mine, dataset, id } = example
  if (settled !== null) {
    return (
      <Quiet>
        Settled by {settled.by.name}, <When at={settled.at} />:{' '}
        <Link
          to="/datasets/$dataset/versions/$version/example"
          params={{ dataset, version: 'newest' }}
          search={{ id }}
        >
          its labels in the newest version
        </Link>
      </Quiet>
    )
  }
  const own = mine.state === 'abstained' ? 'You do not label it.' : 'Your labels are handed in.'
  if (comparison.sets.length > 1) return <Quiet>{own} Take one label or the other below.</Quiet>
  return (
    <Quiet>
      {own} Two people must have handed in theirs before there is something to settle.{' '}
      <Button size="compact-xs" variant="default" onClick={reread}>
        Look again
      </Button>
    </Quiet>
  )
}

function Settle({ example, choices }: { example: Shown; choices: Choices }) {
  const { dataset, id, hash, comparison } = example
  const [note, setNote] = useState('')
  const queries = useQueryClient()
  const settle = useMutation(
    api.labelSets.settle.mutationOptions({
      onSuccess: async () => {
        void queries.invalidateQueries({ queryKey: api.datasets.key() })
        await queries.invalidateQueries({ queryKey: api.labelSets.key() })
      },
    }),
  )
  const { differing, done } = decided(comparison.places, choices)
  const taken = takenOf(comparison.places, choices)
  const words = note.trim()
  const send = (): void =>
    settle.mutate({
      dataset,
      id,
      hash,
      people: comparison.sets.map(({ person }) => person.id),
      taken,
      ...(words !== '' && { note: words }),
    })
  return (
    <PageSection title="Settle">
      <p role="status" style={{ fontSize: '0.875rem' }}>
        {done} of {count(differing, 'difference')} decided; the example will have{' '}
        {count(taken.length, 'label')}.
      </p>
      <LineForm
        name="Settle the labels"
        submit="Settle as a new version"
        sending={besideShowing(settle)}
        button={{ disabled: done < differing }}
        onSubmit={send}
      >
        <TextField label="Note (optional)" maxLength={1000} value={note} onChange={setNote} />
      </LineForm>
      <ConfirmShowing
        sending={settle}
        onConfirm={() => {
          if (settle.variables !== undefined)
            settle.mutate({ ...settle.variables, showHidden: true })
        }}
      />
    </PageSection>
  )
}

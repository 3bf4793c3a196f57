import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api.ts'
import { LineForm } from '../../components/line-form.tsx'
import { NumberField } from '../../components/number-field.tsx'
import { useMe } from '../../components/use-me.ts'
import { percentOf } from './percent.ts'
import { Section } from './section.tsx'

/** How many texts people open who may not export. */
export function TextSettings() {
  const query = useQuery(api.operations.settings.queryOptions())
  const { textsPerDay: most, textsShare: share } = query.data ?? {}
  return (
    <Section
      title="Texts"
      query={query}
      explanation="Who may not export datasets opens documents and examples one by one: at most so many different ones a day (UTC), besides what they brought themselves. Of one split of a dataset, or of documents that they were not given to review, at most a share, or ten where that is more."
    >
      {most !== undefined && share !== undefined && (
        <TextForm key={`${most} ${share}`} most={most} share={share} />
      )}
    </Section>
  )
}

function TextForm({ most, share }: { most: number; share: number }) {
  const { may } = useMe()
  const queries = useQueryClient()
  const [chosen, setChosen] = useState<number | null>(most)
  const [percent, setPercent] = useState<number | null>(percentOf(share))
  const save = useMutation(
    api.operations.setSettings.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.operations.key() }),
    }),
  )
  const fixed = !may('settings:write')
  return (
    <LineForm
      name="Texts a day"
      submit={fixed ? null : 'Save texts'}
      sending={save}
      button={{ disabled: chosen === null || percent === null }}
      onSubmit={() =>
        save.mutate({
          textsPerDay: chosen ?? most,
          textsShare: percent === null ? share : percent / 100,
        })
      }
    >
      <NumberField
        label="Different texts a day"
        w={160}
        min={1}
        max={100_000}
        disabled={fixed}
        initial={most}
        onChange={setChosen}
      />
      <NumberField
        label="Of one split, %"
        w={120}
        min={1}
        max={100}
        disabled={fixed}
        initial={percentOf(share)}
        onChange={setPercent}
      />
    </LineForm>
  )
}

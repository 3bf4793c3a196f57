import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api.ts'
import { LineForm } from '../../components/line-form.tsx'
import { NumberField } from '../../components/number-field.tsx'
import { useMe } from '../../components/use-me.ts'
import { Section } from './section.tsx'

/** How many texts people open who may not export. */
export function TextSettings() {
  const query = useQuery(api.operations.settings.queryOptions())
  const most = query.data?.textsPerDay
  return (
    <Section
      title="Texts"
      query={query}
      explanation="Who may not export datasets opens documents and examples one by one: at most so many different ones a day (UTC), besides what they brought themselves."
    >
      {most !== undefined && <TextForm key={most} most={most} />}
    </Section>
  )
}

function TextForm({ most }: { most: number }) {
  const { may } = useMe()
  const queries = useQueryClient()
  const [chosen, setChosen] = useState<number | null>(most)
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
      button={{ disabled: chosen === null }}
      onSubmit={() => save.mutate({ textsPerDay: chosen ?? most })}
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
    </LineForm>
  )
}

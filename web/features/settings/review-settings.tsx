import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api.ts'
import { LineForm } from '../../components/line-form.tsx'
import { NumberField } from '../../components/number-field.tsx'
import { TextField } from '../../components/text-field.tsx'
import { useMe } from '../../components/use-me.ts'
import { percentOf } from './percent.ts'
import { Section } from './section.tsx'

export function ReviewSettings() {
  const { may } = useMe()
  const query = useQuery(api.operations.settings.queryOptions())
  return (
    <Section
      title="Reviews"
      query={query}
      changedBy={may('settings:write') ? undefined : 'an operator'}
      explanation="A share of the documents is drawn at random and asks for a full review; precision is estimated from these only."
    >
      {query.data !== undefined && <ReviewForm key={formKey(query.data)} settings={query.data} />}
    </Section>
  )
}

/** The form begins anew when another value came from the server. */
function formKey({ randomShare, readyWebhook }: Settings): string {
  return JSON.stringify([randomShare, readyWebhook])
}

type Settings = { randomShare: number; readyWebhook: string | null }

function ReviewForm({ settings }: { settings: Settings }) {
  const { may } = useMe()
  const queries = useQueryClient()
  const [percent, setPercent] = useState<number | null>(percentOf(settings.randomShare))
  const [webhook, setWebhook] = useState(settings.readyWebhook ?? '')
  const save = useMutation(
    api.operations.setSettings.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.operations.key() }),
    }),
  )
  const submit = (): void => {
    const readyWebhook = webhook === '' ? null : webhook
    save.mutate({ randomShare: (percent ?? 0) / 100, readyWebhook })
  }
  const fixed = !may('settings:write')
  return (
    <LineForm
      name="Settings of reviews"
      submit={fixed ? null : 'Save'}
      sending={save}
      onSubmit={submit}
    >
      <NumberField
        label="Drawn at random, %"
        w={140}
        max={100}
        initial={percent}
        onChange={setPercent}
        disabled={fixed}
      />
      <TextField
        label="Address that is told of reviews that are ready"
        placeholder="https://…"
        type="url"
        w={340}
        maw="100%"
        value={webhook}
        onChange={setWebhook}
        disabled={fixed}
      />
    </LineForm>
  )
}

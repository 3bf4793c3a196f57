import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api.ts'
import { LineForm } from '../../components/line-form.tsx'
import { TextField } from '../../components/text-field.tsx'
import { useMe } from '../../components/use-me.ts'
import { Section } from './section.tsx'

type Webhooks = { changeWebhook: string | null; changeSlackWebhook: string | null }

/** Where a server tells of changes, for those who chose it. */
export function ChangeSettings() {
  const { may } = useMe()
  const query = useQuery(api.operations.settings.queryOptions())
  return (
    <Section
      title="Where changes are told"
      query={query}
      changedBy={may('settings:write') ? undefined : 'an operator'}
      explanation="Each person chooses what is sent there about changes. Others see the beginning of an address only."
    >
      {query.data !== undefined && (
        <WebhooksForm key={JSON.stringify(webhooksOf(query.data))} kept={webhooksOf(query.data)} />
      )}
    </Section>
  )
}

function webhooksOf({ changeWebhook, changeSlackWebhook }: Webhooks): Webhooks {
  return { changeWebhook, changeSlackWebhook }
}

function WebhooksForm({ kept }: { kept: Webhooks }) {
  const { may } = useMe()
  const queries = useQueryClient()
  const [webhook, setWebhook] = useState(kept.changeWebhook ?? '')
  const [slack, setSlack] = useState(kept.changeSlackWebhook ?? '')
  const save = useMutation(
    api.operations.setSettings.mutationOptions({
      onSuccess: () =>
        Promise.all([
          queries.invalidateQueries({ queryKey: api.operations.key() }),
          queries.invalidateQueries({ queryKey: api.notifications.settings.key() }),
        ]),
    }),
  )
  const fixed = !may('settings:write')
  const submit = (): void =>
    save.mutate({ changeWebhook: orNull(webhook), changeSlackWebhook: orNull(slack) })
  const common = { type: 'url', w: 340, maw: '100%', disabled: fixed } as const
  return (
    <LineForm
      name="Where changes are told"
      submit={fixed ? null : 'Save addresses'}
      sending={save}
      onSubmit={submit}
    >
      <TextField
        {...common}
        label="Webhook"
        placeholder="https://…"
        value={webhook}
        onChange={setWebhook}
      />
      <TextField
        {...common}
        label="Slack, or what takes the same"
        placeholder="https://hooks.slack.com/…"
        value={slack}
        onChange={setSlack}
      />
    </LineForm>
  )
}

function orNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim()
}

import { Button, NumberInput, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { api, sentenceOf } from '../../api.ts'
import { Failure } from '../../components/failure.tsx'
import { useMe } from '../../components/use-me.ts'
import { Section } from './section.tsx'
import classes from './settings.module.css'

export function ReviewSettings() {
  const query = useQuery(api.operations.settings.queryOptions())
  return (
    <Section
      title="Reviews"
      query={query}
      explanation="A share of the documents is drawn at random and asks for a full review; precision is estimated from these only."
    >
      {query.data !== undefined && (
        <ReviewForm key={JSON.stringify(query.data)} settings={query.data} />
      )}
    </Section>
  )
}

type Settings = { randomShare: number; readyWebhook: string | null }

function ReviewForm({ settings }: { settings: Settings }) {
  const { may } = useMe()
  const queries = useQueryClient()
  const [percent, setPercent] = useState<number | string>(100 * settings.randomShare)
  const [webhook, setWebhook] = useState(settings.readyWebhook ?? '')
  const save = useMutation(
    api.operations.setSettings.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.operations.key() }),
    }),
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const readyWebhook = webhook === '' ? null : webhook
    save.mutate({ randomShare: Number(percent) / 100, readyWebhook })
  }
  const fixed = !may('settings:write')
  return (
    <form onSubmit={submit} className={classes.form} aria-label="Settings of reviews">
      <NumberInput
        label="Drawn at random, %"
        size="xs"
        w={140}
        min={0}
        max={100}
        value={percent}
        onChange={setPercent}
        disabled={fixed}
      />
      <TextInput
        label="Address that is told of reviews that are ready"
        placeholder="https://…"
        size="xs"
        type="url"
        w={340}
        maw="100%"
        value={webhook}
        onChange={({ currentTarget }) => setWebhook(currentTarget.value)}
        disabled={fixed}
      />
      {!fixed && (
        <Button type="submit" size="xs" loading={save.isPending}>
          Save
        </Button>
      )}
      {save.error && <Failure sentence={sentenceOf(save.error)} />}
    </form>
  )
}

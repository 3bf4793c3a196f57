import { Button, Group, Textarea } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import type { FlowAgent } from '../../../src/schema/api/flows.ts'
import { api, sentenceOf } from '../../api.ts'
import { Failure } from '../../components/failure.tsx'
import classes from './flow.module.css'
import { TryDraft } from './try-draft.tsx'

/** Other texts of an agent's files, as a version of its own; the flow's folder stays as it is. */
export function DraftEditor({ agent }: { agent: FlowAgent }) {
  const [texts, setTexts] = useState(
    () => new Map(agent.files.map((file) => [file.name, file.text])),
  )
  const draft = useMutation(api.flows.draft.mutationOptions())
  const changed = agent.files.filter(({ name, text }) => texts.get(name) !== text)
  const edit = (name: string, text: string): void => {
    setTexts(new Map(texts).set(name, text))
    draft.reset()
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const files = changed.map(({ name }) => ({ name, text: texts.get(name) ?? '' }))
    draft.mutate({ agent: agent.name, files })
  }
  return (
    <div className={classes.draft}>
      <form onSubmit={submit} aria-label={`Draft of ${agent.name}`}>
        {agent.files.map(({ name }) => (
          <Textarea
            key={name}
            label={name}
            autosize
            minRows={3}
            maxRows={24}
            mb="xs"
            spellCheck={false}
            value={texts.get(name) ?? ''}
            onChange={({ currentTarget }) => edit(name, currentTarget.value)}
          />
        ))}
        {draft.error && <Failure sentence={sentenceOf(draft.error)} />}
        <Group gap="xs" mt="xs">
          <Button
            type="submit"
            size="xs"
            disabled={changed.length === 0 || draft.isSuccess}
            loading={draft.isPending}
          >
            Make a draft of it
          </Button>
          <span className={classes.quiet}>
            {changed.length === 0
              ? 'Nothing is changed yet.'
              : `Changed: ${changed.map((file) => file.name).join(', ')}`}
          </span>
        </Group>
      </form>
      {draft.data !== undefined && <TryDraft version={draft.data.version} />}
    </div>
  )
}

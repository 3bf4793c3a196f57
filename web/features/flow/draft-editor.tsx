import { Button, Group, Skeleton, Textarea } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import type { FlowAgent } from '../../../src/schema/api/flows.ts'
import { api, sentenceOf } from '../../api.ts'
import { Failure } from '../../components/failure.tsx'
import { Quiet } from '../../components/page.tsx'
import classes from './flow.module.css'
import { TryDraft } from './try-draft.tsx'

type File = FlowAgent['files'][number]

/** A draft that was made before, in the editor. */
export function OpenedDraft({ agent, version }: { agent: FlowAgent; version: string }) {
  const { data, error } = useQuery(
    api.flows.openDraft.queryOptions({ input: { version }, staleTime: Infinity }),
  )
  if (error) return <Failure sentence={sentenceOf(error)} />
  if (data === undefined) return <Skeleton height={120} mt="sm" />
  return <DraftEditor agent={agent} files={data.files} version={version} />
}

type Props = {
  agent: FlowAgent
  /** The texts to begin with. */
  files: File[]
  /** The draft that they are; null: they are what is in use. */
  version: string | null
}

/** Other texts of an agent's files, as a version of its own; the flow's folder stays as it is. */
export function DraftEditor({ agent, files, version }: Props) {
  const [texts, setTexts] = useState(() => new Map(files.map(({ name, text }) => [name, text])))
  const [made, setMade] = useState(version)
  const queries = useQueryClient()
  const draft = useMutation(
    api.flows.draft.mutationOptions({
      onSuccess: (kept) => {
        setMade(kept.version)
        return queries.invalidateQueries({ queryKey: api.flows.drafts.key() })
      },
    }),
  )
  const inUse = new Map(agent.files.map(({ name, text }) => [name, text]))
  const changed = [...texts].filter(([name, text]) => inUse.get(name) !== text)
  const edit = (name: string, text: string): void => {
    setTexts(new Map(texts).set(name, text))
    setMade(null)
    draft.reset()
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    draft.mutate({ agent: agent.name, files: changed.map(([name, text]) => ({ name, text })) })
  }
  return (
    <div className={classes.draft}>
      <form onSubmit={submit} aria-label={`Draft of ${agent.name}`}>
        {[...texts].map(([name, text]) => (
          <Textarea
            key={name}
            label={name}
            autosize
            minRows={3}
            maxRows={24}
            mb="xs"
            spellCheck={false}
            value={text}
            onChange={({ currentTarget }) => edit(name, currentTarget.value)}
          />
        ))}
        {draft.error && <Failure sentence={sentenceOf(draft.error)} />}
        <Group gap="xs" mt="xs">
          <Button
            type="submit"
            size="xs"
            disabled={changed.length === 0 || made !== null}
            loading={draft.isPending}
          >
            Make a draft of it
          </Button>
          <Quiet>
            {changed.length === 0
              ? 'Nothing differs from what is in use.'
              : `Changed: ${changed.map(([name]) => name).join(', ')}`}
          </Quiet>
        </Group>
      </form>
      {made !== null && <TryDraft version={made} />}
    </div>
  )
}

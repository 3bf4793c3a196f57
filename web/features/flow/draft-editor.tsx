import { Group, Skeleton, Textarea } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, type FormEvent } from 'react'
import type { FlowAgent } from '../../../src/schema/api/flows.ts'
import { api, sentenceOf } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Failure } from '../../components/failure.tsx'
import { Quiet } from '../../components/page.tsx'
import classes from './flow.module.css'
import { TryDraft } from './try-draft.tsx'

type File = FlowAgent['files'][number]

type Draft = {
  agent: FlowAgent
  /** Told when there is something typed that no draft has, and when there is no more. */
  onTyped: (isTyped: boolean) => void
}

type Base = { version: string; files: File[]; branch: string | null }

/** What drafts start from, read anew by whoever begins to edit, and not again while they do. */
function useDraftBase(agent: string) {
  return useQuery(
    api.flows.draftBase.queryOptions({ input: { agent }, staleTime: Infinity, gcTime: 0 }),
  )
}

/** One that begins with what the protected branch has, or, without a repository, with what is in use. */
export function NewDraft({ agent, onTyped }: Draft) {
  const { data, error } = useDraftBase(agent.name)
  if (error) return <Failure sentence={sentenceOf(error)} />
  if (data === undefined) return <Skeleton height={120} mt="sm" />
  const draft = { agent, onTyped, base: data }
  return <DraftEditor {...draft} files={data.files} version={null} />
}

/** A draft that was made before, in the editor. */
export function OpenedDraft({ agent, onTyped, version }: Draft & { version: string }) {
  const base = useDraftBase(agent.name)
  const { data, error } = useQuery(
    api.flows.openDraft.queryOptions({ input: { version }, staleTime: Infinity }),
  )
  const problem = error ?? base.error
  if (problem) return <Failure sentence={sentenceOf(problem)} />
  if (data === undefined || base.data === undefined) return <Skeleton height={120} mt="sm" />
  // On a branch it is refused when others have changed since what it was made from.
  const begun = base.data.branch === null ? base.data : { ...base.data, version: data.base }
  const draft = { agent, onTyped, base: begun }
  return <DraftEditor {...draft} files={data.files} version={version} />
}

type Props = Draft & {
  base: Base
  /** The texts to begin with. */
  files: File[]
  /** The draft that they are; null: they are those of the base. */
  version: string | null
}

/** Other texts of an agent's files, as a version of its own; the flow's folder stays as it is. */
function DraftEditor({ agent, onTyped, base, files, version }: Props) {
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
  const before = new Map(base.files.map(({ name, text }) => [name, text]))
  const changed = [...texts].filter(([name, text]) => before.get(name) !== text)
  const isTyped = changed.length > 0 && made === null
  useEffect(() => {
    onTyped(isTyped)
    return () => onTyped(false)
  }, [isTyped, onTyped])
  const isAhead = agent.files.some(({ name, text }) => before.get(name) !== text)
  const edit = (name: string, text: string): void => {
    setTexts(new Map(texts).set(name, text))
    setMade(null)
    draft.reset()
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const own = changed.map(([name, text]) => ({ name, text }))
    draft.mutate({ agent: agent.name, base: base.version, files: own })
  }
  return (
    <div className={classes.draft}>
      <form onSubmit={submit} aria-label={`Draft of ${agent.name}`}>
        {base.branch !== null && isAhead && (
          <Quiet>
            It starts from <bdi>{base.branch}</bdi>, which differs from what is in use.
          </Quiet>
        )}
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
          <Button type="submit" size="xs" disabled={!isTyped} loading={draft.isPending}>
            Make a draft of it
          </Button>
          <Quiet>
            {changed.length === 0
              ? `Nothing differs from what ${base.branch === null ? 'is in use' : `${base.branch} has`}.`
              : `Changed: ${changed.map(([name]) => name).join(', ')}`}
          </Quiet>
        </Group>
      </form>
      {made !== null && <TryDraft version={made} isNew={draft.isSuccess} />}
    </div>
  )
}

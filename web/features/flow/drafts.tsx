import { Button, Group } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { DraftEntry } from '../../../src/schema/api/flows.ts'
import { api } from '../../api.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { When } from '../../components/when.tsx'
import { shortHash } from '../../components/short-hash.ts'
import classes from './flow.module.css'

type Props = {
  drafts: DraftEntry[]
  /** The version that is open in the editor. */
  opened: string | null
  onOpen: (version: string) => void
}

/** Drafts of an agent that were made before, by everybody. */
export function Drafts({ drafts, opened, onOpen }: Props) {
  const [removed, setRemoved] = useState<DraftEntry | null>(null)
  if (drafts.length === 0) return null
  return (
    <details className={classes.file} open>
      <summary>Drafts ({drafts.length})</summary>
      <ul className={classes.drafts}>
        {drafts.map((draft) => {
          const name = shortHash(draft.version)
          return (
            <li key={draft.version}>
              <span className={classes.draftFacts}>
                <code title={draft.version}>{name}</code> <When at={draft.createdAt} /> by{' '}
                {draft.author.name} · {changedInWords(draft)}
                {draft.inUse && ' · in use now'}
              </span>
              <Group gap={6} wrap="nowrap">
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={`Open draft ${name}`}
                  disabled={draft.version === opened || draft.changed === null}
                  onClick={() => onOpen(draft.version)}
                >
                  Open
                </Button>
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={`Delete draft ${name}`}
                  onClick={() => setRemoved(draft)}
                >
                  Delete
                </Button>
              </Group>
            </li>
          )
        })}
      </ul>
      {removed !== null && <RemoveDialog draft={removed} close={() => setRemoved(null)} />}
    </details>
  )
}

function changedInWords({ changed }: DraftEntry): string {
  if (changed === null) return 'kept by another Proofloop, cannot be opened'
  return changed.length === 0 ? 'no file differs' : `changes ${changed.join(', ')}`
}

function RemoveDialog({ draft, close }: { draft: DraftEntry; close: () => void }) {
  const queries = useQueryClient()
  const remove = useMutation(
    api.flows.removeDraft.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries({ queryKey: api.flows.drafts.key() })
        close()
      },
    }),
  )
  return (
    <ConfirmDialog
      title="Delete this draft?"
      keep="Keep it"
      confirm="Delete"
      doing={remove}
      onConfirm={() => remove.mutate({ version: draft.version })}
      close={close}
    >
      The draft <code>{shortHash(draft.version)}</code> of {draft.agent} leaves the list. Reviews
      and evaluations that were made with it stay.
    </ConfirmDialog>
  )
}

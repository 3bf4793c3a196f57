import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ChangeView } from '../../../src/schema/change-views.ts'
import { api, codeOf } from '../../api.ts'
import { retryOf } from './change-words.ts'

/** What one is asked about before it is done. */
export type Action = 'approved' | 'changes-requested' | 'overridden' | 'close' | 'retry'

/** It stays the one that was looked at, whatever is pushed meanwhile. */
type Asked = { what: Action; revision: ChangeView['revision'] }

/** What one may do with a change, what one is being asked about, and how that went. */
export function useActing(change: ChangeView) {
  const { revision, number } = change
  const [asked, setAsked] = useState<Asked | null>(null)
  const [reason, setReason] = useState('')
  const [looked, setLooked] = useState(revision)
  const leave = (): void => setAsked(null)
  const { decide, close, retry } = useDoing(number, {
    done({ revision: now }) {
      leave()
      setReason('')
      setLooked(now)
    },
    moved: leave,
  })
  const allowed = whatIsAllowed(change)
  const ask = (what: Action): void => {
    if (!allowed[what]) return
    for (const doing of [decide, close, retry]) doing.reset()
    setAsked({ what, revision })
  }
  return {
    allowed,
    asked,
    ask,
    leave,
    reason,
    setReason,
    /** Whether something else would be merged than when one began to look. */
    isMoved: looked?.head !== revision?.head || looked?.tree !== revision?.tree,
    lookedAgain: () => setLooked(revision),
    doing: asked?.what === 'close' ? close : asked?.what === 'retry' ? retry : decide,
    doIt: (): void => {
      if (asked === null) return
      if (asked.what === 'close') close.mutate({ number })
      else if (asked.what === 'retry') retry.mutate({ number, what: retryOf(change) })
      else if (asked.revision !== null && asked.revision.tree !== null) {
        const { head, tree } = asked.revision
        const why = reason.trim() === '' ? {} : { reason: reason.trim() }
        decide.mutate({ number, decision: asked.what, head, tree, ...why })
      }
    },
  }
}

export type Acting = ReturnType<typeof useActing>

function whatIsAllowed({ may }: Pick<ChangeView, 'may'>): Record<Action, boolean> {
  const { approve, requestChanges, override, close, retry } = may
  return {
    approved: approve,
    'changes-requested': requestChanges,
    overridden: override,
    close,
    retry,
  }
}

type After = { done: (change: ChangeView) => void; moved: () => void }

function useDoing(number: number, { done, moved }: After) {
  const queries = useQueryClient()
  const onSuccess = (change: ChangeView): void => {
    queries.setQueryData(api.changes.get.queryKey({ input: { number } }), change)
    void queries.invalidateQueries({ queryKey: api.changes.list.key() })
    done(change)
  }
  const onError = async (error: unknown): Promise<void> => {
    if (codeOf(error) !== 'change-moved') return
    // What it is now is shown before the question goes away, so that one sees why.
    await queries.invalidateQueries({ queryKey: api.changes.get.key({ input: { number } }) })
    moved()
  }
  return {
    decide: useMutation(api.changes.decide.mutationOptions({ onSuccess, onError })),
    close: useMutation(api.changes.close.mutationOptions({ onSuccess })),
    retry: useMutation(api.changes.retry.mutationOptions({ onSuccess })),
  }
}

const keys: Record<string, Action | undefined> = {
  a: 'approved',
  c: 'changes-requested',
  o: 'overridden',
  t: 'retry',
}

/** @returns whether the key was for it */
export function pressAction(key: string, { ask }: Acting): boolean {
  const what = keys[key]
  if (what === undefined) return false
  ask(what)
  return true
}

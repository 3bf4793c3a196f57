import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ChangeView } from '../../../src/schema/change-views.ts'
import { api, codeOf } from '../../api.ts'
import { retryOf } from './change-words.ts'
import { isMoved, type Looked, lookedAt, lookedOn } from './looked-at.ts'

/** What one is asked about before it is done. */
export type Action = 'approved' | 'changes-requested' | 'overridden' | 'close' | 'retry'

/** It stays what was looked at, whatever is pushed or measured meanwhile. */
type Asked = Looked & { what: Action }

/** By who reads them: what is written for approvers alone never stands where its author will read it. */
const unwritten = { everybody: '', approvers: '' }

/** What one may do with a change, what one is being asked about, and how that went. */
export function useActing(change: ChangeView) {
  const { number } = change
  const now = lookedAt(change)
  const [asked, setAsked] = useState<Asked | null>(null)
  const [reasons, setReasons] = useState(unwritten)
  const [begun, setLooked] = useState(now)
  const looked = lookedOn(begun, now)
  if (looked.revision !== begun.revision || looked.gate !== begun.gate) setLooked(looked)
  const [done, setDone] = useState(0)
  const readers = asked?.what === 'changes-requested' ? 'everybody' : 'approvers'
  const reason = reasons[readers]
  const leave = (): void => setAsked(null)
  const { decide, close, retry } = useDoing(number, {
    done(decided) {
      leave()
      setReasons(unwritten)
      setLooked(lookedAt(decided))
      setDone((times) => times + 1)
    },
    moved: leave,
  })
  const allowed = whatIsAllowed(change)
  const ask = (what: Action): void => {
    if (!allowed[what]) return
    for (const doing of [decide, close, retry]) doing.reset()
    setAsked({ what, ...now })
  }
  return {
    allowed,
    asked,
    ask,
    leave,
    reason,
    setReason: (text: string): void => setReasons({ ...reasons, [readers]: text }),
    /** For who decides: to others it is how it is. */
    isMoved: allowed['changes-requested'] && isMoved(looked, now),
    isRefused: codeOf(decide.error) === 'change-moved',
    /** How many times something was done, after which what one did it by may be gone. */
    done,
    lookedAgain: () => setLooked(now),
    doing: asked?.what === 'close' ? close : asked?.what === 'retry' ? retry : decide,
    doIt: (): void => {
      if (asked === null) return
      if (asked.what === 'close') close.mutate({ number })
      else if (asked.what === 'retry') retry.mutate({ number, what: retryOf(change) })
      else if (asked.revision !== null && asked.revision.tree !== null) {
        const { head, tree } = asked.revision
        const gate = asked.gate === null ? {} : { gate: asked.gate }
        const why = reason.trim() === '' ? {} : { reason: reason.trim() }
        decide.mutate({ number, decision: asked.what, head, tree, ...gate, ...why })
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

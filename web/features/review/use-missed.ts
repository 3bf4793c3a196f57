import { useMutation } from '@tanstack/react-query'
import { useMemo, useRef, useState } from 'react'
import type { DocumentText, ReviewedIssue } from '../../../src/schema/workplace.ts'
import { client, isUnreachable, sentenceOf } from '../../api.ts'
import type { ScrollTarget } from './document-view.ts'
import {
  indexWords,
  pickedText,
  pickOf,
  pickTo,
  type Pick,
  type PickedText,
  type WordIndex,
} from '../../components/pdf/word-index.ts'
import { wordAfter } from '../../components/pdf/word-moves.ts'

/** `idle`, choosing words with the keys, or writing what is wrong with them. */
export type MissedStage = 'idle' | 'words' | 'form'

type Options = {
  review: string
  document: DocumentText
  selected: ReviewedIssue | null
  scroll: (target: ScrollTarget) => void
  focus: () => void
  take: (added: ReviewedIssue) => void
}

export type MissedFields = { type: string; explanation: string; suggestedFix: string | null }

/** Adding an issue that the agents missed: words first, by pointer or keys, then the form. */
export function useMissed({ review, document, selected, scroll, focus, take }: Options) {
  const index = useMemo(() => indexWords(document), [document])
  const [pick, setPick] = useState<Pick | null>(null)
  const [stage, setStage] = useState<MissedStage>('idle')
  const ends = useRef({ anchor: 0, focus: 0 })
  const text = pick === null ? null : pickedText(document, index, pick)

  const { mutateAsync, isPending } = useAdding(review, text)
  const point = (anchor: number, to: number): void => {
    ends.current = { anchor, focus: to }
    const next = pickTo(index, anchor, to)
    setPick(next)
    const word = index.words[to]
    if (word !== undefined) scroll({ paragraph: word.paragraph, place: word.place })
  }
  const begin = (): void => {
    if (pick !== null) return setStage('form')
    if (index.words.length === 0) return
    const first = firstWord(index, selected)
    setStage('words')
    point(first, first)
  }
  const cancel = (): void => {
    setStage('idle')
    setPick(null)
    focus()
  }
  /** @returns null when it was saved, otherwise why not */
  const save = async (fields: MissedFields): Promise<string | null> => {
    try {
      const added = await mutateAsync(fields)
      setStage('idle')
      setPick(null)
      take(added)
      return null
    } catch (error) {
      return sentenceOf(error)
    }
  }
  return {
    index,
    pick,
    stage,
    text,
    isPending,
    begin,
    cancel,
    save,
    choose: (next: Pick | null) => {
      setPick(next)
      if (stage === 'words' || next === null) setStage('idle')
    },
    write: () => setStage('form'),
    /** @returns whether the key leads to a word */
    move: (key: string, extend: boolean): boolean => {
      const to = wordAfter(index, ends.current.focus, key)
      if (to !== null) point(extend ? ends.current.anchor : to, to)
      return to !== null
    },
  }
}

function useAdding(review: string, text: PickedText | null) {
  return useMutation({
    mutationFn: (fields: MissedFields) => {
      if (text === null) throw new Error('Words are picked before the form opens.')
      const { paragraph, start, end } = text
      return client.reviews.addMissed({ review, paragraph, start, end, ...fields })
    },
    retry: (_count, error) => isUnreachable(error),
    retryDelay: (count) => Math.min(250 * 2 ** count, 4_000),
  })
}

function firstWord(index: WordIndex, selected: ReviewedIssue | null): number {
  const { paragraph, start, end } = selected?.issue.location ?? {}
  if (paragraph == null || start == null || end == null) return 0
  return pickOf(index, paragraph, { start, end })?.from ?? 0
}

import { useMemo, useRef } from 'react'
import type { Judgement } from '../../../src/schema/verdict.ts'
import type { DocumentText, ReviewedIssue } from '../../../src/schema/workplace.ts'
import { useMe } from '../../components/use-me.ts'
import { neighbour, nextOpen } from './filter-issues.ts'
import { standingOf, withAttempts } from './judged.ts'
import { inRandomOrder, type ReviewState } from './review-state.ts'
import { useJudging } from './use-judging.ts'
import { useMissed } from './use-missed.ts'
import { useReading } from './use-reading.ts'
import { useSelection } from './use-selection.ts'

export type Workplace = ReturnType<typeof useWorkplace>

/** Everything that a person can do on a review, for buttons and keys alike. */
export function useWorkplace(state: ReviewState, document: DocumentText, start: string | null) {
  const { me, may } = useMe()
  const { review } = state
  const judging = useJudging(review.id, me)
  const reading = useReading(review, me)
  const all = useMemo(() => {
    const shown = withAttempts(state.issues, judging.attempts, me)
    return review.order === 'random' ? shown.toSorted(inRandomOrder) : shown
  }, [state.issues, judging.attempts, me, review.order])
  const selection = useSelection(all, start)
  const { issues, selected, select, focus } = selection
  const history = useRef<string[]>([])

  const judge = (judgement: Judgement): void => {
    if (selected === null) return
    const { id } = selected.issue
    history.current.push(id)
    judging.judge(id, judgement)
    select(nextOpen(issues, id) ?? id)
    focus()
  }
  const undo = (): void => {
    const own = selected !== null && standingOf(selected, me.id) !== undefined
    const id = own ? selected.issue.id : history.current.pop()
    const target = all.find(({ issue }) => issue.id === id)
    if (target === undefined || standingOf(target, me.id) === undefined) return
    judging.judge(target.issue.id, { kind: 'undone' })
    select(target.issue.id)
    focus()
  }
  const take = (added: ReviewedIssue): void => {
    judging.take(added)
    select(added.issue.id, { follow: false })
    focus()
  }
  const missed = useMissed({ review: review.id, document, take, ...selection })
  return {
    ...selection,
    me,
    may,
    review,
    document,
    all,
    judge,
    undo,
    missed,
    reading,
    refusal: judging.refusal,
    waiting: judging.attempts.length + reading.waiting,
    lookAtRefused: () => {
      if (judging.refusal !== null) select(judging.refusal.issue)
      focus()
    },
    step(by: number) {
      select(neighbour(issues, selected?.issue.id ?? null, by))
      focus()
    },
  }
}

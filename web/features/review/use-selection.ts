import { useCallback, useMemo, useState } from 'react'
import type { ReviewedIssue } from '../../../src/schema/workplace.ts'
import type { ScrollTarget } from './document-view.ts'
import { everything, filterIssues, nextOpen, type IssueFilter } from './filter-issues.ts'

/** The form that is open in the card of the selected issue. */
export type CardForm = 'dismiss' | 'edit' | null

/** Which issues are listed, which one is selected, where the document is scrolled to. */
export function useSelection(all: ReviewedIssue[], start: string | null) {
  const [filter, setFilter] = useState<IssueFilter>(everything)
  const [chosen, setChosen] = useState(start)
  const [form, setForm] = useState<CardForm>(null)
  const [focusing, setFocusing] = useState(0)
  const issues = useMemo(() => filterIssues(all, filter, chosen), [all, filter, chosen])
  // Issues came after the page: begin with the first, and do not move what is being read.
  const first = chosen === null ? nextOpen(all, null) : null
  if (first !== null) setChosen(first)
  const selected = all.find(({ issue }) => issue.id === chosen) ?? null
  const [scrollTo, scroll] = useState(() => (selected === null ? null : placeOf(selected)))

  /** Brings the keyboard back to the selected issue. */
  const focus = useCallback(() => setFocusing((count) => count + 1), [])
  const select = (id: string | null, { follow = true } = {}): void => {
    setForm(null)
    setChosen(id)
    const target = all.find(({ issue }) => issue.id === id)
    if (follow && target !== undefined) scroll(placeOf(target))
  }
  const open = (next: CardForm): void => {
    if (selected !== null) setForm(next)
    // Nobody judges by what is out of sight.
    if (selected !== null && next !== null) scroll(placeOf(selected))
    if (next === null) focus()
  }
  return {
    filter,
    setFilter,
    issues,
    selected,
    select,
    form,
    open,
    focus,
    focusing,
    scrollTo,
    scroll,
  }
}

function placeOf({ issue }: ReviewedIssue): ScrollTarget {
  const { paragraph, quads } = issue.location
  return { paragraph, place: quads[0] ?? null }
}

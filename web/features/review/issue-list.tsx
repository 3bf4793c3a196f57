import { Text } from '@mantine/core'
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react'
import { IssueCard } from './issue-card.tsx'
import classes from './issue-list.module.css'
import { IssueRow } from './issue-row.tsx'
import type { Workplace } from './use-workplace.ts'

/** In rem; the same in issue-list.module.css. */
const rowRem = 3.25
const spare = 6

/** All issues in order; only the rows in sight exist, and the selected one is open as a card. */
export function IssueList({ work, colours }: { work: Workplace; colours: Map<string, number> }) {
  const { issues, selected, focusing } = work
  const scroller = useRef<HTMLDivElement>(null)
  const { top, tall, rowHeight } = useSight(scroller)
  const [measured, setCardHeight] = useState<number | null>(null)
  const cardHeight = measured ?? rowHeight
  const at = issues.findIndex(({ issue }) => issue.id === selected?.issue.id)
  const extra = at < 0 ? 0 : cardHeight - rowHeight
  const placeOf = (row: number): number => row * rowHeight + (at >= 0 && row > at ? extra : 0)

  const show = useEffectEvent(() => {
    const element = scroller.current
    if (element === null || at < 0) return
    const [from, to] = [at * rowHeight, at * rowHeight + cardHeight]
    const { scrollTop, clientHeight } = element
    if (from < scrollTop || cardHeight > clientHeight) element.scrollTop = from
    else if (to > scrollTop + clientHeight) element.scrollTop = to - clientHeight
  })
  const id = selected?.issue.id
  // The place in the list changes while issues arrive; that must not move what is read.
  useEffect(() => show(), [id, cardHeight, focusing])

  useLayoutEffect(() => {
    if (focusing > 0) focusSelected(scroller.current)
  }, [focusing, id])

  const first = Math.max(Math.floor((top - Math.max(extra, 0)) / rowHeight) - spare, 0)
  const last = Math.min(Math.ceil((top + tall) / rowHeight) + spare, issues.length - 1)
  const rows = new Set(Array.from({ length: last - first + 1 }, (_, row) => first + row))
  // The card stays while it is out of sight: it may hold a form, and the focus.
  if (at >= 0) rows.add(at)
  return (
    <div ref={scroller} className={classes.scroller} tabIndex={-1}>
      {issues.length === 0 && <NoIssues work={work} />}
      <ul className={classes.list} style={{ height: issues.length * rowHeight + extra }}>
        {[...rows]
          .toSorted((a, b) => a - b)
          .map((row) => {
            const reviewed = issues[row]
            if (reviewed === undefined) return null
            const { id, agent } = reviewed.issue
            const Part = row === at ? IssueCard : IssueRow
            return (
              <li
                key={id}
                className={classes.item}
                style={{ top: placeOf(row) }}
                data-colour={colours.get(agent) ?? 0}
                aria-setsize={issues.length}
                aria-posinset={row + 1}
              >
                <Part reviewed={reviewed} work={work} onHeight={setCardHeight} />
              </li>
            )
          })}
      </ul>
    </div>
  )
}

function focusSelected(scroller: HTMLElement | null): void {
  const row = scroller?.querySelector<HTMLElement>('[aria-current="true"]')
  ;(row ?? scroller)?.focus({ preventScroll: true })
}

function NoIssues({ work }: { work: Workplace }) {
  const { all, review } = work
  const end = work.may('verdicts:write') ? ' When you have read all of it, say so below.' : ''
  const busy = review.state === 'running' || review.state === 'queued'
  const found =
    review.state === 'done'
      ? 'The agents found no issues.'
      : 'No issues were found, but not all agents came to their end; the button above says why.'
  const words =
    all.length > 0
      ? 'No issue fits these filters.'
      : busy
        ? 'No issues yet. They appear here as the agents find them.'
        : `${found} What they missed you can add: select words, then press n.${end}`
  return (
    <Text c="dimmed" size="sm" p="md">
      {words}
    </Text>
  )
}

/** What part of the list is in sight, and how tall a row is, in pixels. */
function useSight(scroller: React.RefObject<HTMLDivElement | null>) {
  const [sight, setSight] = useState({ top: 0, tall: 800, rowHeight: rowRem * 16 })
  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    const look = (): void => {
      const rowHeight =
        rowRem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
      // In steps of some rows, so that a small scroll renders nothing.
      const step = rowHeight * 3
      const top = Math.floor(element.scrollTop / step) * step
      const tall = element.clientHeight + step
      setSight((known) =>
        known.top === top && known.tall === tall && known.rowHeight === rowHeight
          ? known
          : { top, tall, rowHeight },
      )
    }
    look()
    const observer = new ResizeObserver(look)
    observer.observe(element)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [scroller])
  return sight
}

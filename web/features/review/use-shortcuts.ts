import { useEffect, useEffectEvent } from 'react'
import { isForPage, isInside } from '../../components/page-keys.ts'
import type { Workplace } from './use-workplace.ts'

/** What the keys do, in the order in which the help lists them. */
export const shortcuts = [
  { keys: ['j', 'Down'], words: 'Next issue' },
  { keys: ['k', 'Up'], words: 'Issue before' },
  { keys: ['a'], words: 'Accept, and go to the next open issue' },
  { keys: ['d'], words: 'Dismiss; then a digit for the reason, or Enter for none' },
  { keys: ['e'], words: 'Edit explanation and fix' },
  { keys: ['u'], words: 'Undo your verdict on this issue, or your last one' },
  {
    keys: ['n'],
    words: 'Add a missed issue: the words that are selected, or choose them by arrows',
  },
  { keys: ['m'], words: 'Mark that you have read all of the document, or take that back' },
  { keys: ['r'], words: 'Look at the issue on which somebody was faster' },
  { keys: ['/'], words: 'Filter' },
  { keys: ['Home', 'End'], words: 'First and last issue' },
  { keys: ['+', '-', '0'], words: 'Larger, smaller, as wide as the pane' },
  { keys: ['Enter', 'Esc'], words: 'Save a form, leave it' },
  { keys: ['?'], words: 'This help' },
]

type Others = {
  enabled: boolean
  help: () => void
  filter: () => void
  zoom: (by: 'in' | 'out' | 'width') => void
}

export function useShortcuts(work: Workplace, others: Others): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent): void => {
    if (press(event, { work, others })) event.preventDefault()
  })
  useEffect(() => {
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}

type Now = { work: Workplace; others: Others }

/** @returns whether the key was for the workplace */
function press(event: KeyboardEvent, { work, others }: Now): boolean {
  if (!isForPage(event)) return false
  if (event.key === 'Escape') return leave(work, event.target)
  if (isInside(event.target, 'input, textarea, select, form')) return false
  if (work.missed.stage === 'words') return chooseWords(event, work)
  if (!others.enabled && event.key.length === 1) return false
  return act(event, work) || show(event.key, others)
}

function leave(work: Workplace, target: EventTarget | null): boolean {
  if (work.missed.stage !== 'idle' || work.missed.pick !== null) work.missed.cancel()
  else if (work.form !== null) work.open(null)
  else if (isInside(target, 'input, textarea, select')) work.focus()
  else return false
  return true
}

function chooseWords(event: KeyboardEvent, { missed }: Workplace): boolean {
  if (missed.move(event.key, event.shiftKey)) return true
  if (event.key !== 'Enter' && event.key !== 'n') return false
  missed.write()
  return true
}

function act(event: KeyboardEvent, work: Workplace): boolean {
  const arrows = !isInside(event.target, '[role=region]')
  const mayJudge = work.may('verdicts:write')
  switch (event.key) {
    case 'j':
      work.step(1)
      return true
    case 'k':
      work.step(-1)
      return true
    case 'ArrowDown':
    case 'ArrowUp':
      if (arrows) work.step(event.key === 'ArrowDown' ? 1 : -1)
      return arrows
    case 'Home':
    case 'End':
      if (arrows) work.step(event.key === 'Home' ? -Infinity : Infinity)
      return arrows
    case 'a':
      if (mayJudge) work.judge({ kind: 'accepted' })
      return true
    case 'd':
      if (mayJudge) work.open('dismiss')
      return true
    case 'e':
      if (mayJudge) work.open('edit')
      return true
    case 'u':
      work.undo()
      return true
    case 'r':
      work.lookAtRefused()
      return true
    case 'n':
      if (mayJudge) work.missed.begin()
      return true
    case 'm':
      if (mayJudge && !work.review.trial) work.reading.toggle()
      return true
    default:
      return false
  }
}

function show(key: string, { help, filter, zoom }: Others): boolean {
  if (key === '?') help()
  else if (key === '/') filter()
  else if (key === '+' || key === '=') zoom('in')
  else if (key === '-') zoom('out')
  else if (key === '0') zoom('width')
  else return false
  return true
}

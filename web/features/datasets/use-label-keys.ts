import { useEffect, useEffectEvent } from 'react'
import { isForPage, isInside, useLetterKeys } from '../../components/page-keys.ts'
import type { WordChoice } from './use-word-choice.ts'

/** What the keys do, in the order in which the help lists them. */
export const labelShortcuts = [
  { keys: ['j'], words: 'Next label' },
  { keys: ['k'], words: 'Label before' },
  { keys: ['n'], words: 'Label words: choose them by arrows, with Shift more of them, then Enter' },
  { keys: ['e'], words: 'Edit the label' },
  { keys: ['i'], words: 'Ignore it: it is debatable, finding it counts neither way; or no longer' },
  { keys: ['x'], words: 'Remove it' },
  { keys: ['+', '-', '0'], words: 'Pages: larger, smaller, as wide as the pane' },
  { keys: ['Esc'], words: 'From a form to the document' },
  { keys: ['?'], words: 'This help' },
]

type Doing = {
  choice: WordChoice
  /** Takes the words that were chosen. */
  take: () => void
  leave: () => void
  step: (by: 1 | -1) => void
  /** Begins to choose words. */
  choose: () => void
  /** @returns whether the letter was for the label that is selected, or the view */
  press: (key: string) => boolean
}

/** Labelling by keys. While somebody chooses words, arrows and Enter are for these. */
export function useLabelKeys(doing: Doing): void {
  const [enabled] = useLetterKeys()
  const onKeyDown = useEffectEvent((event: KeyboardEvent): void => {
    if (isForPage(event) && act(event, { ...doing, enabled })) event.preventDefault()
  })
  useEffect(() => {
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}

/** @returns whether the key was for the labels */
function act(event: KeyboardEvent, doing: Doing & { enabled: boolean }): boolean {
  const { choice, enabled } = doing
  const isInForm = isInside(event.target, 'input, textarea, select, form')
  if (event.key === 'Escape') return leave(doing, isInForm)
  if (isInForm) return false
  if (choice.place !== null) return chooseWords(event, doing)
  return enabled && event.key.length === 1 && press(event.key, doing)
}

function leave({ choice, leave: toDocument }: Doing, isInForm: boolean): boolean {
  if (choice.place === null && !isInForm) return false
  choice.end()
  toDocument()
  return true
}

function chooseWords(event: KeyboardEvent, { choice, take }: Doing): boolean {
  if (choice.move(event.key, event.shiftKey)) return true
  if (event.key !== 'Enter' || isInside(event.target, 'button, a')) return false
  take()
  return true
}

function press(key: string, doing: Doing): boolean {
  if (key === 'j') doing.step(1)
  else if (key === 'k') doing.step(-1)
  else if (key === 'n') doing.choose()
  else return doing.press(key)
  return true
}

import { useEffect, useEffectEvent } from 'react'
import { isForPage, isInside, useLetterKeys } from './page-keys.ts'

/** Keys of one letter of a page, unless somebody types or has turned them off. @param press says whether it was for it */
export function usePageKeys(press: (key: string) => boolean): void {
  const [enabled] = useLetterKeys()
  const onKeyDown = useEffectEvent((event: KeyboardEvent): void => {
    if (!enabled || event.key.length !== 1 || !isForPage(event)) return
    if (isInside(event.target, 'input, textarea, select, form')) return
    if (press(event.key)) event.preventDefault()
  })
  useEffect(() => {
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}

/** Puts the focus on the next of some elements, or the one before; the first when none of them has it. */
export function moveFocus(elements: readonly HTMLElement[], by: 1 | -1): void {
  const at = elements.findIndex((element) => element === document.activeElement)
  const next = at === -1 ? 0 : Math.min(Math.max(at + by, 0), elements.length - 1)
  elements[next]?.focus()
}

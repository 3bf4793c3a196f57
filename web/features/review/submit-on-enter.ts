import type { KeyboardEvent } from 'react'

/** Enter saves from a text area, too; with Shift it begins a new line. */
export function submitOnEnter(event: KeyboardEvent<HTMLFormElement>): void {
  const { target, key, shiftKey, nativeEvent } = event
  if (key !== 'Enter' || shiftKey || nativeEvent.isComposing) return
  if (!(target instanceof HTMLTextAreaElement)) return
  event.preventDefault()
  event.currentTarget.requestSubmit()
}

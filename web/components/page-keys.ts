import { useLocalStorage } from '@mantine/hooks'

/** Whether keys of one letter do something, which people may turn off, and how to turn it. */
export function useLetterKeys(): [enabled: boolean, enable: (enabled: boolean) => void] {
  const [enabled, enable] = useLocalStorage({ key: 'proofloop-keys', defaultValue: true })
  return [enabled, enable]
}

/** Over the page, whoever has the keyboard. */
const openDialog = '[role=dialog][aria-modal=true]'

/** Whether a key may be for the page: not taken already, nor part of a combination, nor of a dialog or menu. */
export function isForPage(event: KeyboardEvent): boolean {
  const { defaultPrevented, ctrlKey, metaKey, altKey, isComposing, target } = event
  if (defaultPrevented || ctrlKey || metaKey || altKey || isComposing) return false
  if (document.querySelector(openDialog) !== null) return false
  return !isInside(target, '[role=dialog], [role=menu], [role=listbox]')
}

export function isInside(target: EventTarget | null, selector: string): boolean {
  return target instanceof Element && target.closest(selector) !== null
}

import { useLocalStorage } from '@mantine/hooks'
import { useEffect, useEffectEvent } from 'react'

/** The next one by j, the one before by k, unless keys of one letter are turned off. */
export function useMistakeKeys(step: (by: 1 | -1) => void): void {
  const [enabled] = useLocalStorage({ key: 'proofloop-keys', defaultValue: true })
  const onKeyDown = useEffectEvent((event: KeyboardEvent): void => {
    if (!enabled || !isForPage(event)) return
    if (event.key === 'j') step(1)
    else if (event.key === 'k') step(-1)
    else return
    event.preventDefault()
  })
  useEffect(() => {
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}

const takesKeys = 'input, textarea, select, [role=dialog], [role=menu], [role=listbox]'

function isForPage({ defaultPrevented, ctrlKey, metaKey, altKey, target }: KeyboardEvent): boolean {
  if (defaultPrevented || ctrlKey || metaKey || altKey) return false
  return !(target instanceof Element && target.closest(takesKeys) !== null)
}

import { useEffect, useEffectEvent } from 'react'
import { isForPage, isInside, useLetterKeys } from '../../components/page-keys.ts'

/** The next one by j, the one before by k, unless keys of one letter are turned off. */
export function useMistakeKeys(step: (by: 1 | -1) => void): void {
  const [enabled] = useLetterKeys()
  const onKeyDown = useEffectEvent((event: KeyboardEvent): void => {
    if (!enabled || !isForPage(event) || isInside(event.target, fields)) return
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

const fields = 'input, textarea, select'

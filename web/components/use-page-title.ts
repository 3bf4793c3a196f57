import { useEffect } from 'react'

/** What the tab and the history call this page. */
export function usePageTitle(name: string): void {
  useEffect(() => {
    document.title = `${name} · Proofloop`
    return () => {
      document.title = 'Proofloop'
    }
  }, [name])
}

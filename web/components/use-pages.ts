import { pages } from './pages.ts'
import { useMe } from './use-me.ts'

type NamedPage = (typeof pages)[number]

/** Those that one may open. */
export function usePages(): NamedPage[] {
  const { may } = useMe()
  return pages.filter(
    ({ to, permission }) => may(permission) || (to === '/gates' && may('gates:read')),
  )
}

/** The page of the navigation under which an address is. */
export function pageAt(path: string): NamedPage | undefined {
  return pages.find(({ to }) => path === to || path.startsWith(`${to}/`))
}

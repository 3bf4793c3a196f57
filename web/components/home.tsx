import { Navigate } from '@tanstack/react-router'
import { usePages } from './use-pages.ts'

/** Where one begins: the first page that one may open. */
export function Home() {
  const [first] = usePages()
  return <Navigate to={first?.to ?? '/settings'} replace />
}

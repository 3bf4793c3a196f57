import { useQuery } from '@tanstack/react-query'
import type { Permission } from '../../src/schema/access.ts'
import { api } from '../api.ts'

export function meOptions() {
  return api.people.me.queryOptions({ staleTime: 60_000 })
}

/** Who is signed in, and whether they may do something; pages are shown only to the signed in. */
export function useMe() {
  const { data } = useQuery(meOptions())
  const may = (permission: Permission): boolean => data?.permissions.includes(permission) ?? false
  return { me: data?.person ?? { id: '', name: '' }, soloMode: data?.soloMode ?? false, may }
}

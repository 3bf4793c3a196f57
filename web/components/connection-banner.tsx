import { useIsMutating, useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import { client, connection } from '../api.ts'
import { judgingKey } from './judging-key.ts'
import classes from './shell.module.css'

const askEvery = 2_000

/** Says that the server is away, asks for it until it is back, then reads everything anew. */
export function ConnectionBanner() {
  const up = useSyncExternalStore(connection.listen, connection.isUp)
  const queries = useQueryClient()
  const waiting = useIsMutating({ mutationKey: [judgingKey] })
  useEffect(() => {
    if (up) return
    // Whether it answers is seen by `connection`; what it answers does not matter here.
    const timer = setInterval(() => void client.people.me().catch(() => {}), askEvery)
    return () => {
      clearInterval(timer)
      void queries.invalidateQueries()
    }
  }, [up, queries])
  return (
    <div role="status" className={up ? undefined : classes.banner}>
      {!up &&
        `The server does not answer. Trying again${waiting > 0 ? '; what you judge now is kept until it is back' : ''}.`}
    </div>
  )
}

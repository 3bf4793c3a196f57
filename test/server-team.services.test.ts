import { inject, expect, test } from 'vitest'
import { createDatabase, dropDatabase } from './helpers/postgres-server.ts'
import {
  asker,
  cookieOf,
  eventsOf,
  serverProcess,
  type SentEvent,
} from './helpers/server-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

type Page = { items: { sha256: string }[] }

test(
  'two servers and two workers are one team, also when a worker is killed amid a review',
  { timeout: 240_000 },
  async () => {
    const databaseUrl = await createDatabase(inject('databaseUrl'))
    try {
      await using folder = await tempFolder()
      const start = (role: string) =>
        serverProcess(['--role', role, '--port', '0', '--data', folder.path('data')], {
          cwd: folder.folder,
          env: { DATABASE_URL: databaseUrl },
        })
      await using one = await start('api')
      await using two = await start('api')
      await using worker = await start('worker')
      const cookie = await cookieOf(one.link)
      const [here, there] = [asker(one.url, cookie), asker(two.url, cookie)]
      const { items } = (await (await there('GET', '/api/documents')).json()) as Page
      const started = await here('POST', '/api/reviews', { document: items[0]?.sha256 })
      const { id } = (await started.json()) as { id: string }

      const seen: SentEvent[] = []
      const stream = eventsOf(await there('GET', `/api/reviews/${id}/events?until=complete`))
      const rest = async (): Promise<void> => {
        for await (const event of stream) seen.push(event)
      }
      const first = await stream.next()
      if (!first.done) seen.push(first.value)
      await worker.end('SIGKILL')
      await using _other = await start('worker')
      await rest()
      expect(seen.map((event) => event.id)).toEqual(seen.map((_, i) => i + 1))
      expect(seen.at(-1)?.data).toEqual({ type: 'complete', state: 'done' })
      const progress = seen.filter(({ data }) => data.type === 'progress')
      expect(progress.map(({ data }) => data['done'])).toEqual(progress.map((_, i) => i + 1))

      const address = `/api/reviews/${id}/issues`
      const { issues, lastEvent } = (await (await here('GET', address)).json()) as {
        issues: { issue: { id: string } }[]
        lastEvent: number
      }
      const heard = eventsOf(
        await there('GET', `/api/reviews/${id}/events?after=${lastEvent}`),
      ).next()
      const accept = { version: 0, judgement: { kind: 'accepted' } }
      await here('POST', `${address}/${issues[0]?.issue.id}/verdicts`, accept)
      expect((await heard).value).toMatchObject({
        data: { type: 'verdict', issue: { version: 1 } },
      })
      expect(await one.end('SIGTERM')).toBe(0)
    } finally {
      await dropDatabase(databaseUrl)
    }
  },
)

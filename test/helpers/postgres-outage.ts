import { setTimeout } from 'node:timers/promises'
import { expect } from 'vitest'
import { expectPromised, isRefused, refusals, reviewSample } from './expect-outage.ts'
import { startOutageLoad } from './outage-load.ts'
import { startPostgres } from './postgres-server.ts'
import { asker, cookieOf, serverProcess } from './server-process.ts'
import { tempFolder } from './temp-folder.ts'

export type PostgresOutage = {
  /** Crashed: connections end and new ones are refused. Paused: everything hangs. */
  how: 'crash' | 'pause'
  seconds: number
}

const away = {
  status: 503,
  code: 'store-unavailable',
  sentence: /^PostgreSQL cannot be used now \(.+\)\..+\.$/,
}

/**
 * An API and a worker process under load lose their PostgreSQL for a while; everything that a client may
 * rely on is expected.
 * @returns figures of it
 */
export async function survivePostgresOutage({ how, seconds }: PostgresOutage) {
  await using server = await startPostgres()
  await using folder = await tempFolder()
  const start = (role: string) =>
    serverProcess(['--role', role, '--port', '0', '--data', folder.path('data')], {
      cwd: folder.folder,
      env: { DATABASE_URL: server.url },
    })
  await using api = await start('api')
  await using worker = await start('worker')
  const cookie = await cookieOf(api.link)
  const reviewed = await reviewSample(asker(api.url, cookie))
  const people = [0, 1].map(() => ({ url: api.url, cookie }))
  const load = startOutageLoad({ people, ...reviewed })
  await load.progress(10)
  const before = load.answers.length

  await (how === 'crash' ? server.crash() : server.pause())
  await setTimeout(seconds * 1000)
  await expectHindered(api.url)
  const back = performance.now()
  await (how === 'crash' ? server.start() : server.resume())
  await load.progress(10)
  const recovery = performance.now() - back
  await load.stop()

  const refused = load.answers.slice(before).filter(isRefused)
  // A review is asked for once an upload was taken: seldom in the very moment of the outage.
  expect({ review: away, ...refusals(refused) }).toEqual(
    Object.fromEntries(
      ['read', 'review', 'stream', 'upload', 'verdict'].map((what) => [what, away]),
    ),
  )
  await expectPromised({ dataFolder: 'unused', databaseUrl: server.url }, load, reviewed.review)
  expect([await worker.end('SIGTERM'), await api.end('SIGTERM')]).toEqual([0, 0])
  const { documents, reviews, verdicts } = load.promised
  return {
    refused: refused.length,
    recoverySeconds: Math.round(recovery / 100) / 10,
    kept: { documents: documents.length, reviews: reviews.length, verdicts: verdicts.length },
  }
}

async function expectHindered(url: string): Promise<void> {
  const ready = await fetch(`${url}/readyz`)
  expect([ready.status, await ready.text()]).toEqual([503, 'store-unavailable\n'])
  expect(ready.headers.get('retry-after')).toMatch(/^\d+$/)
  expect((await fetch(`${url}/livez`)).status).toBe(200)
}

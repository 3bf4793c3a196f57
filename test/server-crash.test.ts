import { expect, test } from 'vitest'
import {
  asker,
  cookieOf,
  eventsOf,
  serverProcess,
  type SentEvent,
} from './helpers/server-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

type Page = { items: { sha256: string; name: string; state: string }[] }

test('after kill -9 amid a review only what is missing runs, and its stream goes on', async () => {
  await using folder = await tempFolder()
  const args = ['--port', '0', '--data', folder.path('data')]
  await using first = await serverProcess(args, { cwd: folder.folder })
  const cookie = await cookieOf(first.link)
  const ask = asker(first.url, cookie)
  const { items } = (await (await ask('GET', '/api/documents')).json()) as Page
  expect(items).toMatchObject([{ name: 'northwind-health-plus.pdf' }])
  const started = await ask('POST', '/api/reviews', { document: items[0]?.sha256 })
  const { id } = (await started.json()) as { id: string }

  const seen: SentEvent[] = []
  for await (const event of eventsOf(await ask('GET', `/api/reviews/${id}/events`))) {
    seen.push(event)
    if (seen.filter(({ data }) => data.type === 'progress').length === 3) break
  }
  await first.end('SIGKILL')

  await using second = await serverProcess(args, { cwd: folder.folder })
  const again = asker(second.url, cookie)
  const last = seen.at(-1)?.id ?? 0
  for await (const event of eventsOf(
    await again('GET', `/api/reviews/${id}/events?after=${last}`),
  )) {
    seen.push(event)
    if (event.data.type === 'complete') break
  }
  expect(seen.map((event) => event.id)).toEqual(seen.map((_, i) => i + 1))
  expect(seen.at(-1)?.data).toEqual({ type: 'complete', state: 'done' })
  const progress = seen
    .filter(({ data }) => data.type === 'progress')
    .map(({ data }) => data['done'])
  expect(progress).toEqual(progress.map((_, i) => i + 1))

  const told = seen.flatMap(({ data }) =>
    data.type === 'issues' ? (data['issues'] as { issue: { id: string } }[]) : [],
  )
  const kept = (await (await again('GET', `/api/reviews/${id}/issues`)).json()) as {
    issues: { issue: { id: string } }[]
  }
  const ids = (issues: { issue: { id: string } }[]) =>
    issues.map(({ issue }) => issue.id).toSorted()
  expect(ids(told)).toEqual(ids(kept.issues))
  expect(kept.issues.length).toBeGreaterThan(10)

  const stream = eventsOf(await again('GET', `/api/reviews/${id}/events?after=${seen.length}`))
  const broken = stream.next()
  expect(await second.end('SIGTERM')).toBe(0)
  expect(await broken).toMatchObject({ done: true })
  expect(second.written.stderr).not.toMatch(/job-failed|"error"/)
})

test('a server that others reach does not start before somebody has an account', async () => {
  await using folder = await tempFolder()
  const args = ['--host', '0.0.0.0', '--port', '0']
  await expect(serverProcess(args, { cwd: folder.folder })).rejects.toThrow(/accounts-missing/)
  const shared = ['--role', 'worker', '--port', '0']
  await expect(serverProcess(shared, { cwd: folder.folder })).rejects.toThrow(/role-needs-postgres/)
})

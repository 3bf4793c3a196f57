import { expect, test } from 'vitest'
import { formWith, testServer } from '../../test/helpers/test-server.ts'

test('a stream of which nobody reads the body any more is not counted as open', async () => {
  await using server = await testServer({ work: true })
  const upload = await server.solo('POST', '/api/documents', formWith('We always pay.'))
  const { sha256 } = (await upload.json()) as { sha256: string }
  await server.until(async () => (await server.store.documents.get(sha256))?.state === 'ready')
  const started = await server.solo('POST', '/api/reviews', { document: sha256 })
  const { id } = (await started.json()) as { id: string }
  await server.until(async () => (await server.store.reviews.get(id))?.endedAt !== null)

  const open = () => Number(/^proofloop_open_streams (\d+)$/m.exec(server.host.metrics.text())?.[1])
  const { body } = await server.solo('GET', `/api/reviews/${id}/events?after=999999`)
  const reader = body?.getReader()
  // Its first comment; what would come then never happens.
  await reader?.read()
  await server.until(async () => open() === 1)
  await reader?.cancel()
  await server.until(async () => open() === 0)
  expect(server.lines.join('')).not.toContain('stream-failed')
})

import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp-folder.ts'
import { turnAtGateWorker } from './start-at-gate-worker.ts'

test('whoever waits for a turn no longer, or has come too late to wait, is told that it was busy', async () => {
  await using folder = await tempFolder()
  const socket = folder.path('gate.sock')
  // It gives no turns.
  await using worker = createServer().listen(socket)
  await once(worker, 'listening')
  const busy = { code: 'gate-worker-busy', cause: new Error('not wanted') }
  const controller = new AbortController()
  const waiting = turnAtGateWorker(socket, controller.signal)
  controller.abort(busy.cause)
  await expect(waiting).rejects.toMatchObject(busy)
  await expect(turnAtGateWorker(socket, controller.signal)).rejects.toMatchObject(busy)
})

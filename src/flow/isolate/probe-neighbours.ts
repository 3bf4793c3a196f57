import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { askBehind, runProbe } from './probe.ts'
import { Listening, type Neighbour } from './probe-protocol.ts'
import type { Walls } from './walls.ts'

/**
 * What a process reaches of another one that is there at the same time, as two flows are, both without the walls of
 * Node. Null when one of them could not be started.
 */
export async function probeNeighbours(one: Walls, other: Walls): Promise<Neighbour | null> {
  const abstract = `proofloop-${randomBytes(8).toString('hex')}`
  const bare = { ...one, permission: false }
  await using listens = await askBehind(bare, { listen: abstract }, Listening)
  if (listens.answer === null || listens.pid === undefined) return null
  const { port } = listens.answer
  const got = await runProbe(
    { ...other, permission: false },
    {
      tcp: [{ host: '127.0.0.1', port }],
      udp: [],
      unix: [],
      abstract,
      canary: path.join(listens.flow, 'probe-child.mjs'),
      pid: listens.pid,
      shared: null,
    },
  )
  if (got === null) return null
  const { tcp, canary, signal } = got
  return { tcp, abstract: got.abstract, canary, signal }
}

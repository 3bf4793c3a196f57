import { expect, test } from 'vitest'
import { hindrance, isOpenToOthers, isRoot } from '../../../test/helpers/run-hostile.ts'
import { findTools } from './find-tools.ts'
import { createUsers } from './fresh-users.ts'
import { allWalls } from './isolation.ts'
import { probeNeighbours } from './probe-neighbours.ts'

const areOthers = isRoot && isOpenToOthers
const note = areOthers ? '' : ' (skipped: only root has other users, in a checkout open to them)'

const behind = (kind: string, user: number | null) => {
  const tools = findTools().find((one) => one.kind === kind) ?? { kind: 'none' as const }
  return { ...allWalls, tools, user }
}

test.skipIf(!areOthers)(
  `two processes of one user end and read each other, and those of two users talk at most${note}`,
  async () => {
    const users = createUsers()
    const [one, other] = [behind('none', users.take()), behind('none', users.take())]
    const talking = { tcp: true, abstract: process.platform === 'linux' }
    expect(await probeNeighbours(one, one)).toEqual({ ...talking, canary: true, signal: true })
    expect(await probeNeighbours(one, other)).toEqual({ ...talking, canary: false, signal: false })
  },
)

test.each(['bubblewrap', 'namespaces'] as const)(
  'processes of one user reach nothing of each other behind %s',
  async (kind) => {
    if (hindrance(kind) !== null) return
    const walls = behind(kind, areOthers ? createUsers().take() : null)
    const nothing = { tcp: false, abstract: false, canary: false, signal: false }
    expect(await probeNeighbours(walls, walls)).toEqual(nothing)
  },
)

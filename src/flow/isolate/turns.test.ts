import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { createTurns } from './turns.ts'

/** Takes a turn, and tells when it has begun. */
function takeTurn(turns: ReturnType<typeof createTurns>) {
  const connection = new Socket()
  let begun: string | null = null
  const over = turns.take(connection, (turn) => (begun = turn))
  return { connection, over, begun: () => begun ?? '' }
}

test('a turn begins when the one before is over and its processes have ended', async () => {
  const turns = createTurns({ areAlone: true })
  const [first, second] = [takeTurn(turns), takeTurn(turns)]
  const process = new Socket()
  const leave = turns.enter(first.begun(), process)
  first.connection.destroy()
  await expect.poll(() => process.destroyed).toBe(true)
  expect([first.begun() === '', second.begun()]).toEqual([false, ''])
  leave?.()
  await first.over
  await expect.poll(second.begun).not.toBe('')
  second.connection.destroy()
  await second.over
})

test('a process enters no turn that is over, or that was never given', async () => {
  const turns = createTurns({ areAlone: true })
  const { connection, over, begun } = takeTurn(turns)
  connection.destroy()
  await over
  expect([begun(), 'never'].map((turn) => turns.enter(turn, new Socket()))).toEqual([null, null])
})

test('where processes do not reach each other turns are at once, and who has gone waits for none', async () => {
  const turns = createTurns({ areAlone: false })
  const all = [takeTurn(turns), takeTurn(turns)]
  expect(all.map(({ begun }) => begun() === '')).toEqual([false, false])
  for (const { connection } of all) connection.destroy()
  const gone = new Socket().destroy()
  await turns.take(gone, () => expect.unreachable())
})

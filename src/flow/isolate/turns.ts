import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import PQueue from 'p-queue'

export type Turns = ReturnType<typeof createTurns>

/**
 * Turns of flows at one place: in each, processes of one flow run, and whoever has it says when it is over.
 * @param areAlone whether there is one at a time, since processes there reach each other
 */
export function createTurns({ areAlone }: { areAlone: boolean }) {
  const queue = new PQueue({ concurrency: areAlone ? 1 : Infinity })
  const open = new Map<string, Map<Socket, Promise<void>>>()
  return {
    /** Begins when those before it are over. It is over with its connection, and once nothing runs in it. */
    take: (connection: Socket, begin: (turn: string) => void): Promise<void> =>
      queue.add(async () => {
        if (connection.destroyed) return
        const turn = randomUUID()
        const running = new Map<Socket, Promise<void>>()
        open.set(turn, running)
        begin(turn)
        await isClosed(connection)
        open.delete(turn)
        for (const one of running.keys()) one.destroy()
        await Promise.all(running.values())
      }),
    /**
     * Notes a process, which ends with its connection, in a turn that is not over.
     * @returns what is called when it has ended; null: there is no such turn
     */
    enter(turn: string, connection: Socket): (() => void) | null {
      const running = open.get(turn)
      if (running === undefined) return null
      const { promise, resolve } = Promise.withResolvers<void>()
      running.set(connection, promise)
      return () => {
        running.delete(connection)
        resolve()
      }
    },
  }
}

function isClosed(connection: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (connection.destroyed) resolve()
    else connection.on('close', () => resolve())
  })
}

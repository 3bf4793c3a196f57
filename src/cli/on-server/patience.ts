import { setTimeout } from 'node:timers/promises'
import { clearLine, type Io } from '../io.ts'
import { isAway, isCut } from './server-faults.ts'

/** Milliseconds. */
export type Pace = { first: number; longest: number; giveUpAfter: number }

const defaultPace: Pace = { first: 250, longest: 5_000, giveUpAfter: 10 * 60_000 }

/** How the command line bears a server that goes away and comes back; one for all its documents. */
export type Patience = {
  /**
   * Asks until there is an answer.
   * @throws what was refused, or that the server was away for too long
   */
  ask<T>(request: () => Promise<T>): Promise<T>
  /** It is there. */
  answered(): void
}

export function createPatience(
  { stderr, signal, interactive }: Pick<Io, 'stderr' | 'signal' | 'interactive'>,
  { first, longest, giveUpAfter }: Pace = defaultPace,
): Patience {
  let awaySince: number | null = null
  // Over a line that says what is waited for.
  const say = (line: string): unknown => stderr.write(`${interactive ? clearLine : ''}${line}\n`)
  const answered = (): void => {
    if (awaySince !== null) say('The server is back.')
    awaySince = null
  }
  const wait = async (error: unknown): Promise<void> => {
    if (signal.aborted || !isAway(error)) throw error
    if (isCut(error)) return setTimeout(first, undefined, { signal })
    const now = performance.now()
    if (awaySince === null) say('The server does not answer; waiting for it.')
    awaySince ??= now
    const away = now - awaySince
    if (away >= giveUpAfter) throw error
    await setTimeout(Math.min(longest, Math.max(first, away)), undefined, { signal })
  }
  return {
    answered,
    async ask(request) {
      for (;;) {
        try {
          const answer = await request()
          answered()
          return answer
        } catch (error) {
          await wait(error)
        }
      }
    },
  }
}

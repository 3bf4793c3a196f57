import { printable } from '../lib/printable.ts'
import { clearLine, type Io, stderrWidth } from './io.ts'

/** Says on stderr what a long review of one document waits for. */
export type Waiting = {
  /** What is not done yet. */
  tell(what: string): void
  /** Takes the line away, so that something can be printed; the next second brings it back. */
  clear(): void
  end(): void
}

/**
 * One line that is rewritten every second on a terminal, a new line every five seconds in a pipe or
 * file; nothing for what is done sooner.
 */
export function createWaiting(io: Io, name: string): Waiting {
  const seconds = io.interactive ? 1 : 5
  let what = 'reading'
  let elapsed = 0
  const draw = (): void => {
    const line = printable(`${what} · ${elapsed} s · ${name}`)
    io.stderr.write(
      io.interactive ? `${clearLine}${line.slice(0, stderrWidth(io) - 1)}` : `${line}\n`,
    )
  }
  const clear = (): void => {
    if (io.interactive) io.stderr.write(clearLine)
  }
  const timer = setInterval(() => {
    elapsed += seconds
    draw()
  }, seconds * 1000)
  return {
    tell(next) {
      what = next
    },
    clear,
    end() {
      clearInterval(timer)
      clear()
    },
  }
}

/** The agents that are not done, with their parts: `grammar-spelling 0 of 48 parts`. Others may not have told yet. */
export function partsLeft(parts: ReadonlyMap<string, { done: number; total: number }>): string {
  const left = [...parts].filter(([, { done, total }]) => done < total)
  if (left.length === 0) return 'reviewing'
  return left
    .map(
      ([agent, { done, total }]) =>
        `${agent} ${done} of ${total} ${total === 1 ? 'part' : 'parts'}`,
    )
    .join(', ')
}

import type { Io } from './io.ts'

/** One line on a terminal that counts documents; nothing for a single one or when stderr is a file. */
export function createProgress(io: Io, total: number): { step(name: string): void; end(): void } {
  let done = 0
  const shown = io.interactive && total > 1
  const clear = '\r\u001b[2K'
  return {
    step(name) {
      done += 1
      if (shown) {
        const line = `${done} of ${total} documents · ${name}`.slice(0, io.width - 1)
        io.stderr.write(`${clear}${line}`)
      }
    },
    end() {
      if (shown) io.stderr.write(clear)
    },
  }
}

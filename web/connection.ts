/** Whether the last request reached the server; `fetch` is told here and pages listen. */
export type Connection = {
  isUp: () => boolean
  report: (up: boolean) => void
  listen: (listener: () => void) => () => void
}

export function createConnection(): Connection {
  const listeners = new Set<() => void>()
  let up = true
  return {
    isUp: () => up,
    report(next) {
      if (next === up) return
      up = next
      for (const listener of listeners) listener()
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

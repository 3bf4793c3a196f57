/** npm and our shim pass on the Ctrl-C that the terminal has sent us already; that is no second one. */
const sameCtrlCMs = 300

/** The first Ctrl-C (or SIGTERM) asks the command to finish, the second ends it. */
export function createInterrupt(
  end: () => void,
  now: () => number = () => performance.now(),
): { signal: AbortSignal; interrupt: () => void } {
  const controller = new AbortController()
  let first = 0
  const interrupt = (): void => {
    if (controller.signal.aborted) {
      if (now() - first > sameCtrlCMs) end()
      return
    }
    first = now()
    controller.abort()
  }
  return { signal: controller.signal, interrupt }
}

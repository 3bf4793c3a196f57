/**
 * A signal that aborts after a time, as long as nobody disposes it.
 * @param milliseconds null: never
 * @param error the reason that it then has
 */
export function timeLimit(
  milliseconds: number | null,
  error: () => Error,
): { signal: AbortSignal } & Disposable {
  const controller = new AbortController()
  const abort = (): void => controller.abort(error())
  const timer = milliseconds === null ? undefined : setTimeout(abort, Math.max(0, milliseconds))
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => clearTimeout(timer),
  }
}

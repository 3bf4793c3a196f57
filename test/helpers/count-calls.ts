/** The same object, and how often each of its methods was called. */
export function countCalls<T extends object>(
  object: T,
): { counted: T; calls: Map<string, number> } {
  const calls = new Map<string, number>()
  const counted = new Proxy(object, {
    get(target, name, receiver) {
      const found: unknown = Reflect.get(target, name, receiver)
      if (typeof found !== 'function') return found
      return (...given: unknown[]): unknown => {
        calls.set(String(name), (calls.get(String(name)) ?? 0) + 1)
        return Reflect.apply(found, target, given)
      }
    },
  })
  return { counted, calls }
}

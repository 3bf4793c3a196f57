import { batches } from './row-columns.ts'

/**
 * Look-ups by key that are wanted in one turn of the event loop become one statement.
 * @param read the values that there are, of some keys
 */
export function createLookUps<Value>(
  read: (keys: string[]) => Promise<Map<string, Value>>,
): (key: string) => Promise<Value | undefined> {
  let wanted = new Map<string, PromiseWithResolvers<Value | undefined>>()

  async function readBatch(
    batch: [key: string, answer: PromiseWithResolvers<Value | undefined>][],
  ): Promise<void> {
    try {
      const found = await read(toPowerOfTwo(batch.map(([key]) => key)))
      for (const [key, answer] of batch) answer.resolve(found.get(key))
    } catch (error) {
      for (const [, answer] of batch) answer.reject(error)
    }
  }
  function flush(): void {
    const all = [...wanted]
    wanted = new Map()
    for (const batch of batches(all)) void readBatch(batch)
  }
  return (key) => {
    const answer = wanted.get(key) ?? Promise.withResolvers<Value | undefined>()
    if (wanted.size === 0) setImmediate(flush)
    wanted.set(key, answer)
    return answer.promise
  }
}

/** Statements are prepared once for each number of keys: repeating the last one keeps these few. */
function toPowerOfTwo(keys: string[]): string[] {
  const size = 2 ** Math.ceil(Math.log2(keys.length))
  return [...keys, ...Array.from({ length: size - keys.length }, () => keys.at(-1) ?? '')]
}

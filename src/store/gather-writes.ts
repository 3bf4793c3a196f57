/**
 * What comes while others are written goes together once they are done: one trip to the engine, and one
 * fsync, for all of it. Each is told what came of the write that it was in.
 * @param write all or none
 */
export function gatherWrites<Item>(
  write: (items: Item[]) => Promise<void>,
): (item: Item) => Promise<void> {
  let next: { items: Item[]; written: Promise<void> } | null = null
  let before: Promise<unknown> = Promise.resolve()

  function begin(): { items: Item[]; written: Promise<void> } {
    const items: Item[] = []
    const written = before.then(() => {
      next = null
      return write(items)
    })
    // Those who put something in it hear of an error; who comes after them only waits.
    before = Promise.allSettled([written])
    return { items, written }
  }
  return (item) => {
    next ??= begin()
    next.items.push(item)
    return next.written
  }
}

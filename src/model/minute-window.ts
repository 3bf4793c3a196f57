type WindowEntry = { at: number; amount: number; isInside: boolean }

export type MinuteWindow = {
  /** How long until `amount` fits, in ms; 0 when it does. More than the limit waits for an empty minute. */
  waitMs(amount: number, now: number): number
  add(amount: number, now: number): WindowEntry
  /** From now on it holds so much, if that is more than before. */
  raise(limit: number): void
  /** An estimate becomes what it was. */
  correct(entry: WindowEntry, amount: number): void
}

/**
 * Counts what began in the last 60 s, so that no minute, wherever it starts, holds more than `limit`.
 * A limit below 1 is one in a longer time: 0.5 is one in two minutes.
 */
export function createMinuteWindow(limit: number): MinuteWindow {
  let { capacity, lengthMs } = sizeOf(limit)
  const entries: WindowEntry[] = []
  let oldest = 0
  let sum = 0

  function forget(now: number): void {
    for (
      let entry = entries[oldest];
      entry && entry.at + lengthMs <= now;
      entry = entries[oldest]
    ) {
      entry.isInside = false
      sum -= entry.amount
      oldest += 1
    }
    // Cut off in large pieces, so that it costs next to nothing per entry.
    if (oldest <= 1000 || oldest * 2 < entries.length) return
    entries.splice(0, oldest)
    oldest = 0
  }
  return {
    waitMs(amount, now) {
      forget(now)
      let left = sum
      let waitMs = 0
      for (let index = oldest; left > 0 && left + amount > capacity; index += 1) {
        const entry = entries[index]
        if (!entry) break
        left -= entry.amount
        waitMs = entry.at + lengthMs - now
      }
      return waitMs
    },
    add(amount, now) {
      const entry = { at: now, amount, isInside: true }
      entries.push(entry)
      sum += amount
      return entry
    },
    raise(higher) {
      const size = sizeOf(higher)
      // A limit below 1 is told apart by its time.
      if (size.capacity < capacity || size.lengthMs > lengthMs) return
      ;({ capacity, lengthMs } = size)
    },
    correct(entry, amount) {
      if (entry.isInside) sum += amount - entry.amount
      entry.amount = amount
    },
  }
}

function sizeOf(limit: number): { capacity: number; lengthMs: number } {
  const capacity = Math.max(1, limit)
  return { capacity, lengthMs: (60_000 * capacity) / limit }
}

type Place<T> = { value: T; isGone: boolean }
type Line<T> = { first: Place<T>[]; places: Place<T>[]; next: number; size: number }

/** Lines that take turns: whoever was served goes behind the others. */
export type Turns<T> = {
  /** Returns what takes it out again. */
  add(value: T, place: { line: string; isFirst: boolean }): () => void
  /** The first of the line whose turn it is; a line whose first may not go lets the others pass. */
  take(mayGo: (value: T) => boolean): T | undefined
  removeWhere(matches: (value: T) => boolean): T[]
  isEmpty(): boolean
}

export function createTurns<T>(): Turns<T> {
  const lines = new Map<string, Line<T>>()

  function lineOf(name: string): Line<T> {
    const line = lines.get(name) ?? { first: [], places: [], next: 0, size: 0 }
    lines.set(name, line)
    return line
  }
  return {
    add(value, { line: name, isFirst }) {
      const line = lineOf(name)
      const place = { value, isGone: false }
      if (isFirst) line.first.push(place)
      else line.places.push(place)
      line.size += 1
      return () => {
        if (place.isGone) return
        place.isGone = true
        line.size -= 1
        if (line.size === 0) lines.delete(name)
      }
    },
    take(mayGo) {
      for (const [name, line] of lines) {
        const place = head(line)
        if (!place || !mayGo(place.value)) continue
        place.isGone = true
        line.size -= 1
        lines.delete(name)
        if (line.size > 0) lines.set(name, line)
        return place.value
      }
      return undefined
    },
    removeWhere(matches) {
      const removed: T[] = []
      for (const [name, line] of lines) {
        for (const place of [...line.first, ...line.places]) {
          if (place.isGone || !matches(place.value)) continue
          place.isGone = true
          line.size -= 1
          removed.push(place.value)
        }
        if (line.size === 0) lines.delete(name)
      }
      return removed
    },
    isEmpty: () => lines.size === 0,
  }
}

/** Steps over what is gone, and lets go of it in large pieces: a line may be very long. */
function head<T>(line: Line<T>): Place<T> | undefined {
  while (line.first[0]?.isGone) line.first.shift()
  if (line.first[0]) return line.first[0]
  while (line.places[line.next]?.isGone) line.next += 1
  if (line.next > 1000 && line.next * 2 > line.places.length) {
    line.places.splice(0, line.next)
    line.next = 0
  }
  return line.places[line.next]
}

import { createTurns } from './queue-turns.ts'
import type { Turns } from './queue-turns.ts'

/** Where in a run something belongs, from 0. */
export type RunPlace = { document: number; part: number }

/** Turns of one part of a document. */
type Round<T> = { place: RunPlace; turns: Turns<T> }

/** As `Turns`, but earlier documents and earlier parts go first; lines take turns within a part. */
export type OrderedTurns<T> = {
  /** Returns what takes it out again. */
  add(value: T, where: { place: RunPlace; line: string; isFirst: boolean }): () => void
  /** The first that may go. */
  take(mayGo: (value: T) => boolean): T | undefined
  removeWhere(matches: (value: T) => boolean): T[]
  isEmpty(): boolean
}

export function createOrderedTurns<T>(): OrderedTurns<T> {
  let rounds: Round<T>[] = []

  function roundAt(place: RunPlace): Round<T> {
    const before = rounds.findLastIndex((round) => compare(round.place, place) <= 0)
    const known = rounds[before]
    if (known && compare(known.place, place) === 0) return known
    const round = { place, turns: createTurns<T>() }
    rounds.splice(before + 1, 0, round)
    return round
  }

  function forgetEmpty(): void {
    if (rounds.some(({ turns }) => turns.isEmpty())) {
      rounds = rounds.filter(({ turns }) => !turns.isEmpty())
    }
  }

  return {
    add(value, { place, line, isFirst }) {
      const remove = roundAt(place).turns.add(value, { line, isFirst })
      return () => {
        remove()
        forgetEmpty()
      }
    },
    take(mayGo) {
      for (const { turns } of rounds) {
        const value = turns.take(mayGo)
        if (value === undefined) continue
        forgetEmpty()
        return value
      }
      return undefined
    },
    removeWhere(matches) {
      const removed = rounds.flatMap(({ turns }) => turns.removeWhere(matches))
      forgetEmpty()
      return removed
    },
    isEmpty: () => rounds.length === 0,
  }
}

function compare(a: RunPlace, b: RunPlace): number {
  return a.document - b.document || a.part - b.part
}

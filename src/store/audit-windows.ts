import { contentHash } from '../lib/content-hash.ts'
import type { NewAuditEvent } from '../schema/audit.ts'

/** How often the same was told again within its window, after the entry with which the window began. */
export type ToldAgain = {
  /** Those that were told equally often. */
  things: readonly string[]
  times: number
  /** When the last of these times was, UTC epoch milliseconds. */
  last: number
  /** Number of the entry with which the window began. */
  entry: number
}

type NewWindow = {
  /** What the entry of those is that are in no window. */
  eventOf: (fresh: readonly string[]) => NewAuditEvent
  /** What the entry is that says how often. */
  againOf: (again: ToldAgain) => NewAuditEvent
  /** Equal for all windows of a store. */
  withinMs: number
}

type OnceWindow = Omit<NewWindow, 'eventOf'> & {
  /** What was told, where the entry does not say all of it; equal for the same. */
  content: string
}

export type AuditWindows = {
  /**
   * One entry for all that tell of the same within a window, which begins with the entry. It is written
   * before any of them resolves, and when it cannot be, all of them reject. Another one is written after the
   * window, when the same was told again in it. Each process has its own windows.
   * @throws ZodError when something is neither an id nor a code
   */
  appendOnce(event: NewAuditEvent, window: OnceWindow): Promise<void>
  /**
   * The same for several things at once: one entry for those of them that are in no window yet. None when
   * all are.
   * @param things equal for the same
   * @throws ZodError when something is neither an id nor a code
   */
  appendNew(things: readonly string[], window: NewWindow): Promise<void>
  /** Ends all windows, and resolves once it is written how often things were told again; what cannot be is lost. */
  endWindows(): Promise<void>
}

type Again = Pick<ToldAgain, 'times' | 'last'>
type Window = {
  things: readonly string[]
  until: number
  /** Resolves with the number of the entry. */
  written: Promise<number>
  againOf: NewWindow['againOf']
  again: Map<string, Again>
}

type Options = {
  /** Resolves with their numbers. */
  append: (events: NewAuditEvent[]) => Promise<number[]>
  /** UTC epoch milliseconds. */
  now: () => number
  /** The oldest windows end early when more things than this are in one. */
  thingsAtMost?: number
}

export function createWindows({ append, now, thingsAtMost = 20_000 }: Options): AuditWindows {
  const windows = openWindows(now, thingsAtMost)
  const again = createAgain(append)
  const timer = createTimer(endPast)

  function endPast(): void {
    again.write(windows.endPast())
    timer.set(windows.nextEnd())
  }

  function begin(things: readonly string[], { eventOf, againOf, withinMs }: NewWindow): void {
    const until = now() + withinMs
    const written = append([eventOf(things)]).then(([entry = 0]) => entry)
    const window: Window = { things, until, written, againOf, again: new Map() }
    windows.add(window)
    timer.set(windows.nextEnd())
    // What was not written is tried again by whoever comes next. Until then nobody was shown it.
    written.catch(() => windows.drop(window))
  }

  async function appendNew(things: readonly string[], window: NewWindow): Promise<void> {
    endPast()
    const fresh = windows.count(new Set(things))
    if (fresh.length > 0) begin(fresh, window)
    await Promise.all(things.flatMap((thing) => windows.of(thing)?.written ?? []))
  }

  return {
    appendNew,
    appendOnce: (event, { content, ...window }) =>
      appendNew([contentHash([event, content])], { ...window, eventOf: () => event }),
    async endWindows() {
      again.write(windows.endAll())
      timer.clear()
      await again.written()
    },
  }
}

function openWindows(now: () => number, thingsAtMost: number) {
  /** In the order of their entries, which is that of their ends. */
  const open = new Set<Window>()
  const byThing = new Map<string, Window>()

  function drop(window: Window): void {
    if (!open.delete(window)) return
    for (const thing of window.things) byThing.delete(thing)
  }

  function endWhile(isOver: (window: Window) => boolean): Window[] {
    const ended: Window[] = []
    for (const window of open) {
      if (!isOver(window)) break
      drop(window)
      ended.push(window)
    }
    return ended.filter(({ again }) => again.size > 0)
  }

  return {
    drop,
    of: (thing: string) => byThing.get(thing),
    add(window: Window): void {
      open.add(window)
      for (const thing of window.things) byThing.set(thing, window)
    },
    /** Returns those that are in no window. */
    count(things: ReadonlySet<string>): string[] {
      const last = now()
      return [...things].filter((thing) => {
        const again = byThing.get(thing)?.again
        again?.set(thing, { times: (again.get(thing)?.times ?? 0) + 1, last })
        return again === undefined
      })
    },
    endPast(): Window[] {
      const time = now()
      return endWhile(({ until }) => until <= time || byThing.size > thingsAtMost)
    },
    endAll: () => endWhile(() => true),
    /** In how many milliseconds; null when none is open. */
    nextEnd(): number | null {
      const [oldest] = open
      return oldest === undefined ? null : oldest.until - now()
    },
  }
}

/** Writes behind what was told again in windows that have ended. */
function createAgain(append: Options['append']) {
  let waiting: Window[] = []
  let written: Promise<void> = Promise.resolve()

  async function writeWaiting(): Promise<void> {
    const windows = waiting
    waiting = []
    if (windows.length === 0) return
    try {
      const events = await Promise.all(windows.map(eventsOf))
      await append(events.flat())
    } catch {
      // What the store does not take now is written with what ends next.
      waiting.unshift(...windows)
    }
  }
  return {
    write(ended: readonly Window[]): void {
      waiting.push(...ended)
      if (waiting.length > 0) written = written.then(writeWaiting)
    },
    written: () => written,
  }
}

/** Windows that end shortly after each other are written together. */
const shortestWaitMs = 1000

function createTimer(onTime: () => void) {
  let timer: NodeJS.Timeout | null = null
  const ring = (): void => {
    timer = null
    onTime()
  }
  return {
    /** Unless it is set. */
    set(waitMs: number | null): void {
      if (waitMs === null) return
      timer ??= setTimeout(ring, Math.max(waitMs, shortestWaitMs)).unref()
    },
    clear(): void {
      if (timer !== null) clearTimeout(timer)
      timer = null
    },
  }
}

/**
 * One for each number of times: the rows of a list that stays open are told equally often. None of what could
 * not be written at first.
 */
async function eventsOf({ again, againOf, written }: Window): Promise<NewAuditEvent[]> {
  const entry = await written.catch(() => null)
  if (entry === null) return []
  const byTimes = Map.groupBy(again, ([, { times }]) => times)
  return Array.from(byTimes, ([times, some]) =>
    againOf({
      things: some.map(([thing]) => thing),
      times,
      last: Math.max(...some.map(([, { last }]) => last)),
      entry,
    }),
  )
}

/** Paragraphs that are shown before and after the one that one looks at. */
const around = 150

export type Window = { start: number; end: number }

/** A part of `count` paragraphs around one of them; all where they are few. */
export function windowAround(position: number, count: number): Window {
  if (count <= 2 * around) return { start: 0, end: count }
  return { start: Math.max(0, position - around), end: Math.min(count, position + around + 1) }
}

/** Further to one side. */
export function widen({ start, end }: Window, side: 'before' | 'after', count: number): Window {
  return side === 'before'
    ? { start: Math.max(0, start - around), end }
    : { start, end: Math.min(count, end + around) }
}

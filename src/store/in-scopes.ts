import { type RawBuilder, sql } from 'kysely'
import { type DocumentScope, Split } from '../schema/access.ts'

/**
 * Rows to which one index leads: those of a split, those that were given to somebody (of these splits), or
 * all (null).
 */
export type ScopePart = { split: Split } | { assignee: string; splits: Split[] } | null

/**
 * What scopes are made of, without a row in two parts. Read one by one and never with `or`, which an engine may
 * answer by looking at all rows: how long that takes tells of hidden ones.
 */
export function partsOf(scopes: DocumentScope[]): ScopePart[] {
  const whole = scopes.filter(({ assignee }) => assignee === undefined)
  const open = new Set(whole.flatMap(({ splits }) => splits))
  if (isEverySplit([...open])) return [null]
  const given = new Map<string, Set<Split>>()
  for (const { splits, assignee } of scopes) {
    if (assignee === undefined) continue
    const others = splits.filter((split) => !open.has(split))
    given.set(assignee, new Set([...(given.get(assignee) ?? []), ...others]))
  }
  const parts = Array.from(given, ([assignee, splits]) => ({ assignee, splits: [...splits] }))
  return [
    ...Array.from(open, (split) => ({ split })),
    ...parts.filter((one) => one.splits.length > 0),
  ]
}

function isEverySplit(splits: Split[]): boolean {
  return Split.options.every((split) => splits.includes(split))
}

/** Of queries of `documents`. */
export function inPart(part: ScopePart): RawBuilder<boolean> {
  if (part === null) return sql<boolean>`1 = 1`
  if ('split' in part) return sql<boolean>`documents.split = ${part.split}`
  const { assignee, splits } = part
  const given = sql<boolean>`documents.assignee = ${assignee}`
  if (isEverySplit(splits)) return given
  return sql<boolean>`(${given} and documents.split in (${sql.join(splits)}))`
}

/** Of queries of `documents` that name single ones: rows of any of the scopes. */
export function inScopes(scopes: DocumentScope[]): RawBuilder<boolean> {
  const parts = partsOf(scopes).map(inPart)
  return sql<boolean>`(${parts.length === 0 ? sql`1 = 0` : sql.join(parts, sql` or `)})`
}

/**
 * The first rows of all parts together.
 * @param pages of each part its first rows, in order
 * @param compare the order
 */
export function mergedPages<Row>(
  pages: Row[][],
  { compare, limit }: { compare: (a: Row, b: Row) => number; limit: number },
): Row[] {
  const [only = [], ...others] = pages
  if (others.length === 0) return only
  return pages.flat().toSorted(compare).slice(0, limit)
}

/** Of values that are compared one after the other: those that are greater come first. */
export function descending(
  a: readonly (string | number)[],
  b: readonly (string | number)[],
): number {
  const place = a.findIndex((value, i) => value !== b[i])
  const [one, other] = [a[place], b[place]]
  if (one === undefined || other === undefined) return 0
  return one < other ? 1 : -1
}

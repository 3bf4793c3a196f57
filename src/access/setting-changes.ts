import type { NewAuditEvent } from '../schema/audit.ts'

type Details = NonNullable<NewAuditEvent['details']>

/**
 * What differs, for the audit log: `perMonth.before` and `perMonth.after`. Of an address only the origin is
 * told, since the rest of a webhook's is often its secret; a text that is no code is `other`.
 */
export function changeOf(before: object, after: object): Details {
  const [old, now] = [leaves(before), leaves(after)]
  const names = [...new Set([...old.keys(), ...now.keys()])].toSorted()
  const changed = names.filter((name) => old.get(name) !== now.get(name))
  return Object.fromEntries(
    changed.flatMap((name) => [
      [`${name}.before`, told(old.get(name))],
      [`${name}.after`, told(now.get(name))],
    ]),
  )
}

function leaves(value: object, prefix = ''): Map<string, unknown> {
  const entries = Object.entries(value).flatMap(([name, own]: [string, unknown]) =>
    typeof own === 'object' && own !== null
      ? [...leaves(own, `${prefix}${name}.`)]
      : [[`${prefix}${name}`, own] as const],
  )
  return new Map(entries)
}

function told(value: unknown): number | boolean | string {
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (value === null || value === undefined) return 'none'
  if (typeof value !== 'string') return 'other'
  const shown = URL.parse(value)?.origin ?? value
  return /^[\w.:/-]{1,200}$/.test(shown) ? shown : 'other'
}

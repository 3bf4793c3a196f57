import { Split } from '../schema/access.ts'

type Given<T> = { [Key in keyof T]: Exclude<T[Key], null> }

/** Drops fields that are null or undefined: in the files that we read both mean "not given". */
export function withoutEmpty<T extends object>(fields: T): Given<T> {
  const given = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(given) as Given<T>
}

/** Whether it is an object with fields, not a list. */
export function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A split of ours, and all other fields: elsewhere `split` may be `dev` or `train`. */
export function splitAndExtra(extra: Record<string, unknown> | undefined): {
  split?: Split
  extra?: Record<string, unknown>
} {
  const { split: said, ...rest } = extra ?? {}
  const split = Split.safeParse(said).data
  const others = split === undefined ? extra : rest
  return withoutEmpty({
    split,
    extra: others !== undefined && Object.keys(others).length > 0 ? others : undefined,
  })
}

/** The fields of `row` that `known` does not name, or undefined when there are none. */
export function unknownFields(
  row: object,
  known: Record<string, unknown>,
): Record<string, unknown> | undefined {
  const unknown = Object.entries(row).filter(([key]) => !Object.hasOwn(known, key))
  return unknown.length > 0 ? Object.fromEntries(unknown) : undefined
}

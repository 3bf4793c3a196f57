type Given<T> = { [Key in keyof T]: Exclude<T[Key], null> }

/** Drops fields that are null or undefined: in the files that we read both mean "not given". */
export function withoutEmpty<T extends object>(fields: T): Given<T> {
  const given = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(given) as Given<T>
}

/** The fields of `row` that `known` does not name, or undefined when there are none. */
export function unknownFields(
  row: object,
  known: Record<string, unknown>,
): Record<string, unknown> | undefined {
  const unknown = Object.entries(row).filter(([key]) => !Object.hasOwn(known, key))
  return unknown.length > 0 ? Object.fromEntries(unknown) : undefined
}

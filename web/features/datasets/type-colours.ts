const colours = 8

/** A colour of page.css for each type, the same for all examples of a version. */
export function typeColours(types: readonly { type: string }[]): Map<string, number> {
  const names = [...new Set(types.map(({ type }) => type))].toSorted()
  return new Map(names.map((name, index) => [name, index % colours]))
}

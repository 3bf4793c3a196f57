/** A hash as pages show it; the whole one is in the title. */
export function short(hash: string): string {
  return hash.slice(0, 12)
}

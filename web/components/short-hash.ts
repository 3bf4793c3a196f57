/** A hash as pages show it: enough to tell two apart. The whole one is in the title. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12)
}

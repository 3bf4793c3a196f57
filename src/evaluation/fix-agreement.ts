import { indelSimilarity } from '../place/indel.ts'

/** How alike two normalised fixes are; 0 when one side suggests nothing (`''` deletes). */
export function fixSimilarity(a: string | null, b: string | null): number {
  return a === null || b === null ? 0 : indelSimilarity(a, b)
}

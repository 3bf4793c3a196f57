import { indelSimilarity } from '../place/indel.ts'
import { unlimited, type Work } from '../place/work.ts'

/**
 * How alike two normalised fixes are; 0 when one side suggests nothing (`''` deletes).
 * @throws TooMuchWork
 */
export function fixSimilarity(a: string | null, b: string | null, work: Work = unlimited): number {
  return a === null || b === null ? 0 : indelSimilarity(a, b, work)
}

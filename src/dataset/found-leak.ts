import type { FoundLeak } from '../schema/api/dataset-version.ts'
import type { Leak } from './find-leaks.ts'

/** Of each list that is told. */
export const mostFound = 100

export function foundLeak({ example, kind, text, source }: Leak): FoundLeak {
  return { ...example, kind, text, source }
}

import type { AgentResult } from '../schema/review.ts'

/**
 * Whether what an agent found in a document does not count. One that is skipped there, as one that does not know its
 * language, has nothing to find.
 */
export function hasFailed(status: AgentResult['status']): boolean {
  return status === 'failed' || status === 'partial'
}

/**
 * Why a part failed through nothing that agents or their prompts do; everything else is theirs. Of a candidate that is
 * also a model that nobody has set up (`model-alias-unknown`).
 */
const codes = new Set([
  'rate-limited',
  'quota-exhausted',
  'model-unreachable',
  'model-stalled',
  'model-error',
  'model-not-connected',
  'budget-exhausted',
  'price-unknown',
  'not-recorded',
  'store-unavailable',
  'store-full',
  'internal',
])

export function isHostFault(code: string): boolean {
  return codes.has(code)
}

/**
 * The same of what is in production, or was: it ran there. So it is the host that lacks a model which it asks, or
 * does not start it.
 */
export function isReferenceFault(code: string): boolean {
  return isHostFault(code) || code === 'model-alias-unknown' || code === 'flow-not-started'
}

/**
 * Why a part failed through nothing that agents or their prompts do; everything else is theirs, a model that nobody has
 * set up (`model-alias-unknown`) among it.
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

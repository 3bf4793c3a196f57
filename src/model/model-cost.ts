import type { ModelPrice } from '../schema/config.ts'

export type Tokens = { input: number; cachedInput: number; output: number }

/** In the currency of the price. */
export function costOf(tokens: Tokens, price: ModelPrice): number {
  const { inputPerMillion, cachedInputPerMillion = inputPerMillion, outputPerMillion } = price
  const { input, cachedInput, output } = tokens
  const fresh = Math.max(0, input - cachedInput)
  const sum =
    fresh * inputPerMillion + cachedInput * cachedInputPerMillion + output * outputPerMillion
  return sum / 1_000_000
}

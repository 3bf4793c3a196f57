/** Holm's (1979) step-down adjustment of p-values, in the order given. */
export function holm(p: readonly number[]): number[] {
  const order = p.map((value, index) => ({ value, index })).toSorted((a, b) => a.value - b.value)
  const adjusted = Array.from(p, () => 1)
  let largest = 0
  for (const [rank, { value, index }] of order.entries()) {
    largest = Math.max(largest, Math.min(1, value * (p.length - rank)))
    adjusted[index] = largest
  }
  return adjusted
}

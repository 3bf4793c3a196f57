/** How figures are written, the same in terminals, reports and on the page. */

type Figure = { value: number | null; lower: number | null; upper: number | null }

/** The metrics of a report, in their order. */
export const metrics = [
  { key: 'precision', name: 'Precision' },
  { key: 'recall', name: 'Recall' },
  { key: 'f05', name: 'F0.5' },
] as const

/** Three decimals; – where it is undefined. */
export function decimal(value: number | null): string {
  return value === null ? '–' : value.toFixed(3)
}

/** A figure with its 95 % interval. */
export function intervalText({ value, lower, upper }: Figure): string {
  return value === null ? '–' : `${decimal(value)} [${decimal(lower)}, ${decimal(upper)}]`
}

export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}

/** Means over repeats may be fractions. */
export function amount(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1)
}

/** A count in a sentence; sums of means over runs are whole but for the last bits. */
export function tidyAmount(value: number): string {
  return amount(Math.round(1e6 * value) / 1e6)
}

/** A count in a column, where all have as many decimals. */
export function columnAmount(value: number, { repeats }: { repeats: number }): string {
  return value.toFixed(repeats === 1 ? 0 : 1)
}

/** Points are hundredths of F. */
export function points(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? '–' : (100 * value).toFixed(1)
}

export function signedPoints(value: number | null | undefined): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) return '–'
  const text = points(value)
  return value > 0 ? `+${text}` : text.replace('-', '−')
}

/** The third digit is the last that means something. */
export function probability(p: number | undefined): string {
  if (p === undefined) return '–'
  return p < 0.001 ? '< 0.001' : p.toFixed(3)
}

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

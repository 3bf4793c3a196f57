/** Null for what JSON and databases do not hold: no number, and infinite ones. */
export function finite(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** Money is counted by the month, and tests let hours pass: the last day of one is over. */
export function withinAMonth(now: number): number {
  const date = new Date(now)
  const next = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1)
  return next - now < 24 * 3_600_000 ? next : now
}

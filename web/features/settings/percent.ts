/** 0.07 is 7 %, not 7.000000000000001 %. */
export function percentOf(share: number): number {
  return Math.round(1e6 * share) / 1e4
}

import { binomCdf } from './special-functions.ts'

/**
 * McNemar's exact test on issues that only one of two systems found. Too sure of itself when issues
 * cluster in documents (10 % false alarms at a nominal 5 %): for display, never for the gate.
 */
export function mcnemar({ onlyBase, onlyCand }: { onlyBase: number; onlyCand: number }) {
  const n = onlyBase + onlyCand
  return {
    pWorse: binomCdf(onlyCand, n, 0.5),
    pTwoSided: Math.min(1, 2 * binomCdf(Math.min(onlyBase, onlyCand), n, 0.5)),
  }
}

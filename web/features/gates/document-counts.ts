import type { GateDocuments, GateDocumentSide } from '../../../src/schema/api/gates.ts'

type Counts = { tp: number; fp: number; fn: number }

/** All kinds of issues together. */
export function sumOf({ agents }: GateDocumentSide): Counts {
  const sum: Counts = { tp: 0, fp: 0, fn: 0 }
  for (const { tp, fp, fn } of Object.values(agents)) {
    sum.tp += tp
    sum.fp += fp
    sum.fn += fn
  }
  return sum
}

/** Issues that are missed or false with the candidate and were neither in production; less than 0 where it gained. */
export function netLoss({
  candidate,
  baseline,
}: Pick<GateDocuments['items'][number], 'candidate' | 'baseline'>): number {
  if (baseline === null) return 0
  const wrong = (side: GateDocumentSide): number => {
    const { fp, fn } = sumOf(side)
    return fp + fn
  }
  return wrong(candidate) - wrong(baseline)
}

/** Found, false and missed; a mean over runs with one digit where it is no whole number. */
export function roundedCounts({ tp, fp, fn }: Counts): string[] {
  return [tp, fp, fn].map((mean) => String(Number(mean.toFixed(1))))
}

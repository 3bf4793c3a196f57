import { ratio } from './metrics.ts'

/** How one pair, or one single, lies: `missing` has no detection, `spurious` no truth. */
export interface SpanOutcome {
  sameType: boolean
  span: 'exact' | 'partial' | 'missing' | 'spurious'
}

export interface MucScores {
  cor: number
  inc: number
  par: number
  mis: number
  spu: number
  precision: number | null
  recall: number | null
  f1: number | null
}

export type MucSchema = 'strict' | 'exact' | 'partial' | 'type'

const credits: Record<MucSchema, (outcome: SpanOutcome) => 'cor' | 'inc' | 'par'> = {
  strict: ({ sameType, span }) => (sameType && span === 'exact' ? 'cor' : 'inc'),
  exact: ({ span }) => (span === 'exact' ? 'cor' : 'inc'),
  partial: ({ span }) => (span === 'exact' ? 'cor' : 'par'),
  type: ({ sameType }) => (sameType ? 'cor' : 'inc'),
}

function count(outcomes: readonly SpanOutcome[], schema: MucSchema): MucScores {
  const tally = { cor: 0, inc: 0, par: 0, mis: 0, spu: 0 }
  for (const outcome of outcomes) {
    if (outcome.span === 'missing') tally.mis++
    else if (outcome.span === 'spurious') tally.spu++
    else tally[credits[schema](outcome)]++
  }
  const earned = tally.cor + tally.par / 2
  const actual = tally.cor + tally.inc + tally.par + tally.spu
  const possible = tally.cor + tally.inc + tally.par + tally.mis
  return {
    ...tally,
    precision: ratio(earned, actual),
    recall: ratio(earned, possible),
    f1: ratio(2 * earned, actual + possible),
  }
}

/**
 * MUC-5 and SemEval-2013 counts (Chinchor & Sundheim 1993; Segura-Bedmar et al. 2013) under their
 * four schemas: type and exact span, exact span, overlap as half a hit, type with any overlap.
 */
export function mucCounts(outcomes: readonly SpanOutcome[]): Record<MucSchema, MucScores> {
  return {
    strict: count(outcomes, 'strict'),
    exact: count(outcomes, 'exact'),
    partial: count(outcomes, 'partial'),
    type: count(outcomes, 'type'),
  }
}

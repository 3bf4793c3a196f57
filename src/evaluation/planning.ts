import { normalQuantile } from './special-functions.ts'

/** What makes a measured difference vary: which documents were drawn, and which run it was. */
export interface Variances {
  s2doc: number
  s2run: number
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Exactly 0 for equal values, whose mean need not be representable: no noise must stay none. */
function sampleVariance(values: readonly number[]): number {
  const [first = 0] = values
  const shifted = values.map((value) => value - first)
  const center = mean(shifted)
  return shifted.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1)
}

/**
 * Splits the influences of a paired difference, `z[document][repeat]`, into the variance between
 * documents and between runs.
 *
 * @returns null with fewer than two documents or two repeats, or a ragged table
 */
export function anova(z: readonly (readonly number[])[]): Variances | null {
  const repeats = z[0]?.length ?? 0
  if (z.length < 2 || repeats < 2 || z.some((row) => row.length !== repeats)) return null
  const s2run = mean(z.map(sampleVariance))
  const betweenMeans = sampleVariance(z.map(mean))
  return { s2run, s2doc: Math.max(0, betweenMeans - s2run / repeats) }
}

export interface Plan extends Variances {
  /** Repeats a document. */
  k: number
  margin: number
  /** The change that is assumed to be real; 0 for "nothing changed". */
  trueDelta: number
  alpha: number
  power: number
}

/**
 * Documents for a harmless change to pass with probability `power`.
 *
 * @returns Infinity when the assumed change is itself at or below the margin
 */
export function documentsNeeded(plan: Plan): number {
  const distance = plan.margin + plan.trueDelta
  if (distance <= 0) return Number.POSITIVE_INFINITY
  const reach = normalQuantile(1 - plan.alpha) + normalQuantile(plan.power)
  return Math.ceil((plan.s2doc + plan.s2run / plan.k) * (reach / distance) ** 2)
}

/** The smallest true change that a comparison with this standard error finds with `power`. */
export function minimumDetectableEffect(options: {
  se: number
  alpha: number
  power: number
}): number {
  return (normalQuantile(1 - options.alpha) + normalQuantile(options.power)) * options.se
}

/** Runs a document at which the next run buys less than the same money in labelled documents. */
export function bestRepeats(
  options: Variances & { costDoc: number; costRun: number; cap: number },
): number {
  if (options.s2run === 0) return 1
  const best = Math.sqrt(((options.costDoc / options.costRun) * options.s2run) / options.s2doc)
  return Math.max(1, Math.min(options.cap, Math.round(best)))
}

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
]
const epsilon = 1e-16
const maxTerms = 10_000

/** log Γ(x) for x > 0 (Lanczos, g = 7, 9 terms). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const shifted = x - 1
  const base = shifted + 7.5
  let sum = lanczos[0] ?? 0
  for (let i = 1; i < lanczos.length; i++) sum += (lanczos[i] ?? 0) / (shifted + i)
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(sum)
}

/**
 * One step of Lentz's method for the fraction … a/(b + …). Where the fractions below are used all
 * their denominators are positive, so that none needs to be kept from being zero.
 */
function lentzStep(state: { c: number; d: number; value: number }, a: number, b: number): number {
  state.d = 1 / (b + a * state.d)
  state.c = b + a / state.c
  const factor = state.c * state.d
  state.value *= factor
  return factor
}

function betaFraction(a: number, b: number, x: number): number {
  const first = 1 - ((a + b) * x) / (a + 1)
  const state = { c: 1, d: 1 / first, value: 1 / first }
  for (let m = 1; m <= maxTerms; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    lentzStep(state, even, 1)
    if (Math.abs(lentzStep(state, odd, 1) - 1) < epsilon) break
  }
  return state.value
}

/** The regularised incomplete beta function I_x(a, b), a and b > 0. */
export function betaInc(a: number, b: number, x: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const logFront =
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)
  const front = Math.exp(logFront)
  // The fraction converges quickly on this side of the mean only; the other side is its mirror.
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(a, b, x)) / a
    : 1 - (front * betaFraction(b, a, 1 - x)) / b
}

function lowerGammaSeries(a: number, x: number): number {
  let term = 1 / a
  let sum = term
  for (let n = 1; term > sum * epsilon; n++) {
    term *= x / (a + n)
    sum += term
  }
  return sum
}

function upperGammaFraction(a: number, x: number): number {
  const first = x + 1 - a
  const state = { c: Number.POSITIVE_INFINITY, d: 1 / first, value: 1 / first }
  for (let n = 1; n <= maxTerms; n++) {
    if (Math.abs(lentzStep(state, -n * (n - a), x + 2 * n + 1 - a) - 1) < epsilon) break
  }
  return state.value
}

/** The regularised upper incomplete gamma function Q(a, x), accurate far into the tail. */
function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1
  const front = Math.exp(a * Math.log(x) - x - logGamma(a))
  return x < a + 1 ? 1 - front * lowerGammaSeries(a, x) : front * upperGammaFraction(a, x)
}

/** P(X > x) of the χ² distribution. */
export function chi2Sf(x: number, df: number): number {
  return upperGamma(df / 2, x / 2)
}

export function normalCdf(x: number): number {
  const tail = upperGamma(0.5, (x * x) / 2) / 2
  return x < 0 ? tail : 1 - tail
}

/** P(T ≤ t); `df` may be a fraction. */
export function tCdf(t: number, df: number): number {
  const tail = betaInc(df / 2, 0.5, df / (df + t * t)) / 2
  return t < 0 ? tail : 1 - tail
}

/** P(X ≤ k) for a binomial with `n` trials. */
export function binomCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0
  return k >= n ? 1 : betaInc(n - k, k + 1, 1 - p)
}

interface Distribution {
  cdf: (x: number) => number
  density: (x: number) => number
}

/**
 * Solves cdf(x) = p for a distribution with one peak that is symmetric about 0. The lower tail is
 * convex, so that Newton's steps from the middle go down to the root and never past it.
 */
function symmetricQuantile(p: number, { cdf, density }: Distribution): number {
  // The lower tail keeps its relative precision; the upper is its mirror.
  if (p > 0.5) return -symmetricQuantile(1 - p, { cdf, density })
  let x = 0
  while (true) {
    const next = x - (cdf(x) - p) / density(x)
    // Only rounding can lead back up.
    if (!(next < x)) return x
    x = next
  }
}

/** The inverse of `normalCdf` for 1e-100 ≤ p < 1. */
export function normalQuantile(p: number): number {
  const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
  return symmetricQuantile(p, { cdf: normalCdf, density })
}

/** The inverse of `tCdf` for 1e-100 ≤ p < 1. */
export function tQuantile(p: number, df: number): number {
  const logScale = logGamma((df + 1) / 2) - logGamma(df / 2) - Math.log(df * Math.PI) / 2
  const density = (t: number): number =>
    Math.exp(logScale - ((df + 1) / 2) * Math.log1p((t * t) / df))
  return symmetricQuantile(p, { cdf: (t) => tCdf(t, df), density })
}

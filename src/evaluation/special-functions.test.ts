import { expect, test } from 'vitest'
import { z } from 'zod'
import { check, runVectors } from '../../test/run-vectors.ts'
import {
  betaInc,
  binomCdf,
  chi2Sf,
  logGamma,
  normalCdf,
  normalQuantile,
  tCdf,
  tQuantile,
} from './special-functions.ts'

const number = z.number()

runVectors('00_special', {
  normalCdf: check(z.object({ x: number }), ({ x }) => normalCdf(x)),
  normalQuantile: check(z.object({ p: number }), ({ p }) => normalQuantile(p)),
  tCdf: check(z.object({ t: number, df: number }), ({ t, df }) => tCdf(t, df)),
  tQuantile: check(z.object({ p: number, df: number }), ({ p, df }) => tQuantile(p, df)),
  chi2Sf: check(z.object({ x: number, df: number }), ({ x, df }) => chi2Sf(x, df)),
  logGamma: check(z.object({ x: number }), ({ x }) => logGamma(x)),
  betaInc: check(z.object({ a: number, b: number, x: number }), ({ a, b, x }) => betaInc(a, b, x)),
  binomCdf: check(z.object({ k: number, n: number, p: number }), ({ k, n, p }) =>
    binomCdf(k, n, p),
  ),
})

test('tails keep their relative precision', () => {
  expect(normalCdf(-6) / 9.86587645038e-10).toBeCloseTo(1, 9)
  expect(chi2Sf(120, 10) / 5.06004606584e-21).toBeCloseTo(1, 9)
  expect(tCdf(-40, 5) / 9.2128e-8).toBeCloseTo(1, 2)
})

test('quantiles invert their distributions on both sides', () => {
  for (const p of [0.001, 0.2, 0.5, 0.9, 0.9999]) {
    expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 12)
    for (const df of [1, 2.5, 83]) expect(tCdf(tQuantile(p, df), df)).toBeCloseTo(p, 12)
  }
})

test('outside their range the distributions are 0 or 1', () => {
  expect(betaInc(2, 3, -1)).toBe(0)
  expect(betaInc(2, 3, 2)).toBe(1)
  expect(chi2Sf(-1, 3)).toBe(1)
  expect(binomCdf(-1, 5, 0.5)).toBe(0)
  expect(binomCdf(5, 5, 0.5)).toBe(1)
})

test('the gamma function is reflected below one half', () => {
  expect(logGamma(0.1)).toBeCloseTo(2.252712651734206, 12)
})

/** The share by which a value is off; the expected ones were computed with 40 digits (mpmath). */
function relativeError(value: number, expected: number): number {
  return Math.abs(value / expected - 1)
}

test.each([
  [1e-8, 18.42068073818021],
  [0.1, 2.252712651734206],
  [0.25, 1.2880225246980774],
  [0.4999, 0.5725613186041184],
  [0.5, 0.5723649429247001],
  [0.75, 0.20328095143129538],
  [1.5, -0.12078223763524522],
  [7.25, 7.0521854507385395],
  [33, 81.55795945611504],
  [171.5, 709.1431630309282],
  [1000000.0, 12815504.569147611],
])('log Γ(%d) is %d', (x, expected) => {
  expect(relativeError(logGamma(x), expected)).toBeLessThan(1e-14)
})

test.each([
  { a: 0.5, b: 0.5, x: 0.3, expected: 0.36901011956554536 },
  { a: 0.5, b: 0.5, x: 0.999, expected: 0.9798649583666225 },
  { a: 2, b: 3, x: 0.1, expected: 0.052300000000000006 },
  { a: 2, b: 3, x: 0.9, expected: 0.9963 },
  { a: 5, b: 0.5, x: 0.3, expected: 0.0006913033857629761 },
  { a: 5, b: 0.5, x: 0.98, expected: 0.6610861884638375 },
  { a: 30, b: 20, x: 0.62, expected: 0.6062821728711946 },
  { a: 200, b: 150, x: 0.5, expected: 0.003676648698200959 },
  { a: 200, b: 150, x: 0.7, expected: 0.9999998043866899 },
  { a: 1, b: 8, x: 1e-10, expected: 7.9999999972e-10 },
  { a: 0.01, b: 4, x: 1e-20, expected: 0.6425880966896689 },
  { a: 1000, b: 3, x: 0.999, expected: 0.9194224096397954 },
  { a: 50, b: 50, x: 0.1, expected: 3.2321822349737532e-24 },
  { a: 1000, b: 1000, x: 0.51, expected: 0.8144473405684886 },
  { a: 3, b: 1, x: 0.7, expected: 0.3429999999999999 },
  { a: 1, b: 1, x: 0.25, expected: 0.25 },
  { a: 10, b: 2, x: 0.85, expected: 0.4921860108518066 },
])('I($a, $b) at $x is $expected, on both sides of the mean', ({ a, b, x, expected }) => {
  expect(relativeError(betaInc(a, b, x), expected)).toBeLessThan(5e-13)
})

test.each([
  [1e-6, 1, 0.9992021155721779],
  [0.5, 1, 0.4795001221869535],
  [3.84, 1, 0.050043521248705106],
  [30, 1, 4.3204630578274975e-8],
  [0.01, 3, 0.9997348349413444],
  [2, 3, 0.5724067044708798],
  [5, 3, 0.17179714429673312],
  [7.99, 8, 0.43444756445218974],
  [8, 8, 0.43347012036670896],
  [10, 8, 0.2650259152973617],
  [10.01, 8, 0.26432474757032376],
  [120, 10, 5.060046065842574e-21],
  [700, 4, 3.4852862290890077e-150],
  [90, 100, 0.7531979655998298],
  [102, 100, 0.42560514048314035],
  [103, 100, 0.39855329602655254],
  [150, 100, 0.0009039320423540091],
  [1000, 1000, 0.49405285382923964],
  [4, 2, 0.1353352832366127],
])('P(X > %d) of χ² with %d degrees of freedom is %d', (x, df, expected) => {
  expect(relativeError(chi2Sf(x, df), expected)).toBeLessThan(1e-12)
})

test.each([
  [-38, 2.88542835e-316],
  [-12, 1.776482112077679e-33],
  [-6, 9.86587645037698e-10],
  [-1.5, 0.06680720126885807],
  [-0.1, 0.460172162722971],
  [0, 0.5],
  [0.1, 0.539827837277029],
  [1, 0.8413447460685429],
  [3, 0.9986501019683699],
  [8, 0.9999999999999993],
])('P(Z ≤ %d) of the normal distribution is %d', (x, expected) => {
  expect(relativeError(normalCdf(x), expected)).toBeLessThan(1e-13)
})

test.each([
  [-10000.0, 2, 4.999999925000001e-9],
  [-40, 5, 9.205981085886477e-8],
  [-2.5, 3, 0.04385332350403277],
  [-0.001, 7.5, 0.49961409933732776],
  [0.5, 1, 0.6475836176504333],
  [2, 59, 0.9749447935058778],
  [-3, 1000, 0.0013833545221190963],
])('P(T ≤ %d) of t with %d degrees of freedom is %d', (t, df, expected) => {
  expect(relativeError(tCdf(t, df), expected)).toBeLessThan(1e-12)
})

test.each([
  { k: 0, n: 12, p: 0.5, expected: 0.000244140625 },
  { k: 3, n: 10, p: 0.5, expected: 0.171875 },
  { k: 40, n: 100, p: 0.5, expected: 0.028443966820490395 },
  { k: 7, n: 9, p: 0.3, expected: 0.999566974 },
  { k: 8, n: 9, p: 0.3, expected: 0.999980317 },
  { k: 0, n: 1, p: 0.25, expected: 0.75 },
  { k: 20, n: 200, p: 0.2, expected: 0.00010592977409257882 },
])('P(X ≤ $k) of $n trials with $p each is $expected', ({ k, n, p, expected }) => {
  expect(relativeError(binomCdf(k, n, p), expected)).toBeLessThan(1e-12)
})

test('fewer than none never happens, all or fewer always', () => {
  expect([-3, -1, 12, 15].map((k) => binomCdf(k, 12, 0.5))).toEqual([0, 0, 1, 1])
})

test.each([1e-100, 1e-20, 1e-6, 0.01, 0.3, 0.4999])(
  'quantiles keep their relative precision at %d',
  (p) => {
    expect(relativeError(normalCdf(normalQuantile(p)), p)).toBeLessThan(1e-12)
    for (const df of [1, 2, 30])
      expect(relativeError(tCdf(tQuantile(p, df), df), p)).toBeLessThan(1e-11)
  },
)

test('the upper quantile mirrors the lower one', () => {
  for (const p of [0.0625, 0.25, 0.4375]) {
    expect(normalQuantile(1 - p)).toBe(-normalQuantile(p))
    expect(tQuantile(1 - p, 3)).toBe(-tQuantile(p, 3))
  }
  expect([normalQuantile(0.5), tQuantile(0.5, 3)]).toEqual([0, 0])
})

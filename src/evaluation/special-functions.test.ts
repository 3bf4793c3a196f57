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

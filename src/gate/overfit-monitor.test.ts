import { expect, test } from 'vitest'
import { overfitMonitor } from './overfit-monitor.ts'

let versions = 0
const audit = (
  gateDelta: number | null,
  auditDelta: number | null,
  candidate = `version ${(versions += 1)}`,
) => ({
  candidate,
  merged: true,
  gateDelta,
  gateSe: 0.03,
  auditDelta,
  auditSe: 0.04,
})

test('one merge that looks as good on both says nothing', () => {
  expect(overfitMonitor([audit(0.01, 0.01)])).toEqual({ merges: 1, z: 0, rotate: false })
})

test('differences that no merge shows alone add up', () => {
  const one = overfitMonitor([audit(0.05, 0)])
  expect(one.z).toBeCloseTo(1, 12)
  expect(one.rotate).toBe(false)
  const five = overfitMonitor(Array.from({ length: 5 }, () => audit(0.05, 0)))
  expect(five.z).toBeCloseTo(Math.sqrt(5), 12)
  expect(five.rotate).toBe(true)
})

test('a change that does better on audit is no reason to rotate', () => {
  expect(overfitMonitor(Array.from({ length: 9 }, () => audit(0, 0.2))).rotate).toBe(false)
})

test('without figures nothing is told', () => {
  expect(overfitMonitor([])).toEqual({ merges: 0, z: null, rotate: false })
  expect(overfitMonitor([audit(null, 0.1)])).toEqual({ merges: 0, z: null, rotate: false })
})

test('without any spread a gap is beyond doubt, and none is none', () => {
  const exact = (gateDelta: number, auditDelta: number) => ({
    ...audit(gateDelta, auditDelta),
    gateSe: 0,
    auditSe: 0,
  })
  expect(overfitMonitor([exact(0.05, 0)])).toEqual({ merges: 1, z: null, rotate: true })
  expect(overfitMonitor([exact(0, 0.05)])).toEqual({ merges: 1, z: null, rotate: false })
  expect(overfitMonitor([exact(0.05, 0.05)])).toEqual({ merges: 1, z: null, rotate: false })
  // 0.1 + 0.2 − 0.3 is not 0 to a computer.
  const rounded = [exact(0.1, 0), exact(0.2, 0.3)]
  expect(overfitMonitor(rounded).rotate).toBe(false)
  expect(overfitMonitor([...rounded, audit(0, 0)])).toMatchObject({ z: 0, rotate: false })
})

test('a version that is looked at again is one merge, and its first look counts', () => {
  const looks = [audit(0.05, 0, 'one'), ...Array.from({ length: 9 }, () => audit(0.2, 0, 'one'))]
  expect(overfitMonitor(looks)).toEqual(overfitMonitor([audit(0.05, 0)]))
  // One without a result is no look.
  expect(overfitMonitor([audit(null, null, 'one'), ...looks]).merges).toBe(1)
  expect(overfitMonitor([...looks, audit(0.05, 0, 'other')]).merges).toBe(2)
})

test('what nobody merged is no merge, and its numbers enter nothing', () => {
  const tried = Array.from({ length: 9 }, () => ({ ...audit(0.2, 0), merged: false }))
  expect(overfitMonitor([...tried, audit(0.05, 0)])).toEqual(overfitMonitor([audit(0.05, 0)]))
})

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'

const VectorFile = z.object({
  tolerance: z.number(),
  groups: z.array(
    z.object({
      fn: z.string(),
      cases: z
        .array(z.object({ name: z.string(), input: z.unknown(), expected: z.unknown() }))
        .min(1),
    }),
  ),
})

type Check = (input: unknown) => unknown

/** A check of one function: how its input looks and what it makes of it. */
export function check<Input>(input: z.ZodType<Input>, run: (input: Input) => unknown): Check {
  return (value) => run(input.parse(value))
}

/** Where the two differ, as paths; keys that only `actual` has are of no interest. */
function differences(actual: unknown, expected: unknown, tolerance: number): string[] {
  if (typeof expected === 'number' && typeof actual === 'number') {
    const close = Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected))
    return close ? [] : [`: ${actual} instead of ${expected}`]
  }
  if (typeof expected !== 'object' || expected === null) {
    return Object.is(actual, expected)
      ? []
      : [`: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`]
  }
  if (typeof actual !== 'object' || actual === null) return [`: ${String(actual)} is no object`]
  const missing =
    Array.isArray(expected) && Array.isArray(actual) && actual.length !== expected.length
      ? [`: ${actual.length} items instead of ${expected.length}`]
      : []
  const fields = new Map(Object.entries(actual))
  const inside = Object.entries(expected).flatMap(([key, value]) =>
    differences(fields.get(key), value, tolerance).map((difference) => `.${key}${difference}`),
  )
  return [...missing, ...inside]
}

/** Makes one test of each case in the file; a function without a check, or the reverse, fails. */
export function runVectors(file: string, checks: Record<string, Check>): void {
  const url = new URL(`fixtures/vectors/${file}.json`, import.meta.url)
  const { tolerance, groups } = VectorFile.parse(JSON.parse(readFileSync(url, 'utf8')))

  test(`every function of ${file} is checked`, () => {
    expect(Object.keys(checks).toSorted()).toEqual(groups.map(({ fn }) => fn).toSorted())
  })
  for (const { fn, cases } of groups) {
    test.each(cases)(`${fn} agrees with the vector "$name"`, ({ input, expected }) => {
      expect(differences(checks[fn]?.(input), expected, tolerance)).toEqual([])
    })
  }
}

import { expect, test } from 'vitest'
import { jsonShape } from './json-depth.ts'
import { maxJsonDepth, scanJson } from './scan-json.ts'

const nested = (depth: number): string => `${'[{"a":'.repeat(depth / 2)}1${'}]'.repeat(depth / 2)}`

test('what nests deeper than it may is too deep, as a walk through it says', () => {
  const beside = `[${Array.from({ length: 500 }, () => '[[{}]]').join(',')}]`
  const inStrings = JSON.stringify({ '[[[': `"${'[{'.repeat(200)}\\`, ä: '\\"[' })
  for (const text of [nested(maxJsonDepth), nested(maxJsonDepth + 2), beside, inStrings, '7', '']) {
    const walked = scanJson(text, 0, {}).isTooDeep
    expect([text.slice(0, 20), jsonShape(Buffer.from(text)).isTooDeep]).toEqual([
      text.slice(0, 20),
      walked,
    ])
  }
  expect(jsonShape(Buffer.from(nested(maxJsonDepth + 2))).isTooDeep).toBe(true)
  expect(jsonShape(Buffer.from('['.repeat(1_000_000))).isTooDeep).toBe(true)
})

test('values are counted by commas and openings that stand in no string', () => {
  const counted = (value: unknown) => jsonShape(Buffer.from(JSON.stringify(value))).values
  expect(counted({ a: [1, 2, 3], 'b,[{': '\\",[', c: {} })).toBe(7)
  expect(counted('x')).toBe(0)
})

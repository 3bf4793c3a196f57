import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { readAnswer } from './read-answer.ts'

const Answer = z.strictObject({
  issues: z.array(z.strictObject({ quote: z.string(), paragraph: z.int() })),
})
const value = { issues: [{ quote: 'a {brace} and "quotes" and ```', paragraph: 3 }] }
const json = JSON.stringify(value)

function problemOf(text: string, schema: z.ZodType = Answer): string {
  const read = readAnswer(text, schema)
  return read.ok ? `accepted: ${JSON.stringify(read.value)}` : read.problem
}

test.each([
  ['bare', json],
  ['indented, with line breaks around', `\r\n${JSON.stringify(value, null, 2)}\n`],
  ['after a byte-order mark', `\uFEFF${json}`],
  ['in a fence', `\`\`\`json\n${json}\n\`\`\``],
  ['in a fence without a language', `\`\`\`\n${json}\n\`\`\`\n`],
  [
    'with prose around',
    `Here is what I found (see [below]):\n\n${json}\n\nI hope that helps {you}!`,
  ],
  ['in a fence between prose', `Sure.\n~~~json\n${json}\n~~~\nAnything else?`],
])('a JSON answer is read %s', (_, text) => {
  expect(readAnswer(text, Answer)).toEqual({ ok: true, value })
})

test('any JSON comes out as it went in, with prose around it', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.jsonValue()), (object) => {
      fc.pre(!/__proto__|constructor|prototype/.test(JSON.stringify(object)))
      const text = `Well, then: ${JSON.stringify(object)} That is all.`
      expect(readAnswer(text, z.json())).toEqual({
        ok: true,
        value: JSON.parse(JSON.stringify(object)),
      })
    }),
  )
})

test.each([
  ['', 'The answer is empty.'],
  ['   \n', 'The answer is empty.'],
  ['I cannot find any issues.', 'The answer holds no JSON.'],
  ["{'issues': []}", 'The JSON has a syntax error at character 2 of the answer.'],
  ['Of {kind} I find: []', 'The JSON has a syntax error at character 5 of the answer.'],
  ['{"issues":[{"quote":"secret"', 'The answer ends before its JSON does.'],
  ['{"issues":[{"quote":"sec', 'The answer ends before its JSON does.'],
  ['{"issues":[],}', 'The JSON has a syntax error at character 14 of the answer.'],
  ['{"issues":[] /* none */}', 'The JSON has a syntax error at character 14 of the answer.'],
  [`${json}\n${json}`, 'The answer holds more than one JSON value.'],
  [`\`\`\`\n${json}\n\`\`\`\n\`\`\`\n{}\n\`\`\``, 'The answer holds more than one JSON value.'],
  [`First [1] this: ${json}`, 'The answer holds more than one JSON value.'],
  ['{"issues":[],"issues":[]}', 'issues stands twice in one object.'],
  [
    '{"issues":[{"quote":"a","paragraph":1,"quote":"b"}]}',
    'issues.0.quote stands twice in one object.',
  ],
  ['{"issues":[],"is\\u0073ues":[]}', 'issues stands twice in one object.'],
  ['{"issues":[],"__proto__":{"x":1}}', 'A field may not be named __proto__.'],
  ['{"issues":[{"constructor":1}]}', 'A field may not be named constructor.'],
  ['{"issues":[],"a":[[{"prot\\u006ftype":1}]]}', 'A field may not be named prototype.'],
])('%j is refused, with a sentence for the model', (text, problem) => {
  expect(problemOf(text)).toBe(problem)
})

test('an answer that nests without end is refused, and ends nothing', () => {
  for (const text of ['['.repeat(1_000_000), `{"issues":${'['.repeat(101)}${']'.repeat(101)}}`]) {
    expect(problemOf(text)).toBe('The JSON nests deeper than 100.')
  }
})

test('what does not fit the schema is named by field, without what the answer says', () => {
  const answer = {
    issues: [
      { quote: 'the secret', paragraph: 'the secret' },
      { paragraph: 1.5, 'the secret': 'the secret' },
    ],
  }
  const problem = problemOf(JSON.stringify(answer))
  expect(problem).toBe(
    'The JSON does not fit the schema: ' +
      'issues.0.paragraph: Invalid input: expected number, received string; ' +
      'issues.1.quote: is missing; ' +
      'issues.1.paragraph: Invalid input: expected int, received number; ' +
      'issues.1 has fields that the schema does not name.',
  )
})

test('field names of the answer are told only when they are the schema’s', () => {
  const schema = z.record(z.string(), z.object({ kind: z.number() }))
  expect(problemOf('{"the secret":{"kind":"x"}}', schema)).toContain('(other).kind: Invalid')
  expect(problemOf('{"the secret":1,"the secret":2}', schema)).toBe(
    '(other) stands twice in one object.',
  )
})

test('a lone scalar is an answer where the schema wants one', () => {
  expect(readAnswer(' 7 ', z.number())).toEqual({ ok: true, value: 7 })
  expect(readAnswer('"yes"', z.enum(['yes', 'no']))).toEqual({ ok: true, value: 'yes' })
  expect(problemOf('7 or 8', z.number())).toBe('The answer holds no JSON.')
})

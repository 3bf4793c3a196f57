import { expect, test } from 'vitest'
import { FoundIssues, verdictsOn } from './answers.ts'

const found = {
  para_index: 0,
  source_sentence: 'One.',
  text: 'One',
  explanation: 'x',
  suggested_fix: null,
}
const verdict = {
  comment_id: 0,
  reason_for_suggested_action: 'x',
  suggested_action: 'KEEP',
  score: 7,
}

test.each([
  ['a missing field', { issues: [{ ...found, text: undefined }] }],
  ['a field of its own', { issues: [{ ...found, action: 'rm' }] }],
  ['another type', { issues: [{ ...found, para_index: '0' }] }],
  ['half a paragraph', { issues: [{ ...found, para_index: 0.5 }] }],
  ['something beside the issues', { issues: [], note: 'nothing to report' }],
  ['a list', [found]],
  ['no issues', {}],
])('%s is no answer of a reviewer', (_, answer) => {
  expect(FoundIssues.safeParse({ issues: [found] }).success).toBe(true)
  expect(FoundIssues.safeParse(answer).success).toBe(false)
})

test.each([
  ['a candidate without a verdict', [verdict]],
  ['two verdicts on one candidate', [verdict, verdict]],
  ['a verdict on nothing', [verdict, { ...verdict, comment_id: 2 }]],
  ['a score above ten', [verdict, { ...verdict, comment_id: 1, score: 11 }]],
  ['another action', [verdict, { ...verdict, comment_id: 1, suggested_action: 'DROP' }]],
])('%s is no answer of a consolidator', (_, issues) => {
  const schema = verdictsOn(2)
  expect(schema.safeParse({ issues: [verdict, { ...verdict, comment_id: 1 }] }).success).toBe(true)
  expect(schema.safeParse({ issues }).success).toBe(false)
})

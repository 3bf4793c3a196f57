import { expect, test } from 'vitest'
import { actionInWords, detailsInWords, shortId } from './audit-words.ts'

test.each([
  ['{"perMonth.after":29,"perMonth.before":"none"}', 'perMonth: none → 29'],
  ['{"before":["reviewer"],"roles":[]}', 'before: reviewer; roles: none'],
  [
    '{"readyWebhook.after":"https://a.example","split":"test"}',
    'readyWebhook.after: https://a.example; split: test',
  ],
  ['{}', ''],
])('details %s are told as %s', (details, words) => {
  expect(detailsInWords({ details })).toBe(words)
})

test.each(['{', '7', 'null', '"text"'])(
  'details that were forged stay as they are: %s',
  (details) => {
    expect(detailsInWords({ details })).toBe(details)
  },
)

test('an action that this version does not know is told by its code', () => {
  expect(actionInWords('roles-changed')).toBe('Changed roles')
  expect(actionInWords('moon-landed')).toBe('moon-landed')
  expect(actionInWords('constructor')).toBe('constructor')
})

test('ids that begin with the same moment are told apart by their ends', () => {
  expect(shortId('01a210ac-7ce0-746f-a911-3f3030213f32')).toBe('01a210ac…213f32')
  expect(shortId('command-line')).toBe('command-line')
})

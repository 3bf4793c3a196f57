import { expect, test } from 'vitest'
import { actionInWords, actorInWords, detailsInWords, shortId, strangers } from './audit-words.ts'

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

test('a change that was let in is not said to be merged: the forge may refuse it', () => {
  expect(actionInWords('change-merged')).toBe('Let a change be merged')
})

test('what was done on the machine is told so, also where older versions wrote of nobody', () => {
  const names = new Map([...strangers, { id: 'p', name: 'Ann' }].map(({ id, name }) => [id, name]))
  const said = (actor: string, action: string) => actorInWords({ actor, action }, names)
  expect(said('command-line', 'exported')).toBe('The command line')
  expect(said('nobody', 'dataset-changed')).toBe('The command line')
  expect(said('nobody', 'sign-in-failed')).toBe('Nobody signed in')
  expect([said('p', 'exported'), said('gone', 'exported')]).toEqual(['Ann', undefined])
})

test('ids that begin with the same moment are told apart by their ends', () => {
  expect(shortId('01a210ac-7ce0-746f-a911-3f3030213f32')).toBe('01a210ac…213f32')
  expect(shortId('command-line')).toBe('command-line')
})

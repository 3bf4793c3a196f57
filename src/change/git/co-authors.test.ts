import { expect, test } from 'vitest'
import { coAuthorsIn } from './co-authors.ts'

test('of lines that name somebody the name and the address are read, and others name nobody', () => {
  const lines = [
    'Cem <cem@example.org>',
    '  Ann  B.\t<ann@example.org> \r',
    '<nameless@example.org>',
    'A <b> <c@example.org>',
    'nobody',
    'nobody@example.org>',
    'Ann <ann@example.org> and others',
    'Ann <ann@example.org>>',
    '',
  ]
  expect(coAuthorsIn(lines.join('\n'))).toEqual([
    { name: 'Cem', email: 'cem@example.org' },
    { name: 'Ann  B.', email: 'ann@example.org' },
    { name: '', email: 'nameless@example.org' },
    { name: 'A <b>', email: 'c@example.org' },
  ])
})

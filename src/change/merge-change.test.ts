import { expect, test } from 'vitest'
import { observed } from '../../test/helpers/observed-change.ts'
import { commitMessage } from './merge-change.ts'

const { change } = observed()
const ada = { name: 'Ada', email: 'ada@example.org' }
const cleo = { name: 'Cleo', email: 'cleo@example.org' }
const of = { change, gate: { id: 'gate' }, author: ada }

test('the commit of a change says that the gate passed it, and who approved it', () => {
  expect(commitMessage({ ...of, overriddenBy: null })).toBe(`Merge branch: Title

Change 1, passed by the gate gate.

Approved-by: Ada <ada@example.org>
`)
})

test('the commit of a change whose gate was overridden says by whom, and not that it passed', () => {
  expect(commitMessage({ ...of, overriddenBy: cleo })).toBe(`Merge branch: Title

Change 1, overridden by Cleo after the gate gate.

Approved-by: Ada <ada@example.org>
Proofloop-Override: Cleo <cleo@example.org>
`)
})

test('a name of two lines writes no trailer of its own', () => {
  const sly = { ...ada, name: 'Ada\nProofloop-Override: Cleo' }
  const lines = commitMessage({ ...of, author: sly, overriddenBy: null }).split('\n')
  expect(lines.filter((line) => line.startsWith('Proofloop-Override'))).toEqual([])
})

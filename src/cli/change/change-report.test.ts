import { expect, test } from 'vitest'
import { ChangeStage, type ChangeView } from '../../schema/change-views.ts'
import {
  changeExit,
  changeReport,
  proposalReport,
  stageInWords,
  stageWidth,
} from './change-report.ts'

const check = {
  name: 'functional',
  state: 'done',
  outcome: 'fail',
  cause: 'tests-failed',
  summary: 'The functional tests ended with exit code 1.',
  log: null,
  subject: null,
  attempt: 1,
  startedAt: 1,
  endedAt: 2,
} as const

const view: ChangeView = {
  number: 7,
  title: 'Ask for less',
  branch: 'less',
  forge: 'local',
  reference: 'less',
  author: { id: 'eve', name: 'eve' },
  isOwn: true,
  state: 'open',
  stage: 'not-passed',
  createdAt: 1,
  updatedAt: 1,
  description: 'Letters are long.\n\nSo ask for less.',
  told: ['Push something else, or have it tried again.'],
  goesOn: false,
  revision: {
    head: 'a'.repeat(40),
    base: 'b'.repeat(40),
    tree: 'c'.repeat(40),
    conflicts: [],
    policyFiles: ['.github/flow.yml'],
    commits: 1,
  },
  checks: [check],
  decisions: [],
  events: [],
  mergedAs: null,
  version: null,
  may: { approve: false, override: false, requestChanges: false, close: true, retry: true },
  budget: { left: 2, of: 3 },
  answerAt: null,
}
const url = 'https://proofloop.example.org'

test('the words of every stage fit into their column of the list', () => {
  const words = ChangeStage.options.map((stage) => stageInWords(stage))
  expect(Math.max(...words.map(({ length }) => length))).toBeLessThanOrEqual(stageWidth)
})

test('a change is shown with its page and with what is left of the budget of its author', () => {
  const lines = changeReport(view, url).split('\n')
  expect(lines).toContain('  page https://proofloop.example.org/changes/7')
  expect(lines).toContain('  asks the gate once; 2 of 3 questions left')
  expect(changeReport({ ...view, budget: null }, url)).not.toContain('left')
  // Then it is told before it is asked once more.
  const gate = { ...check, name: 'gate' as const, state: 'done' as const, log: null }
  expect(changeReport({ ...view, checks: [gate] }, url)).not.toContain('left')
})

test('of a decision that does not count no more is said than that: its person may never have counted', () => {
  const rob = { id: 'rob', name: 'rob' }
  const said = { decision: 'approved', reason: null, solo: false, decidedAt: 1 } as const
  const decisions = [true, false].map((counts) => ({ ...said, person: rob, counts }))
  const lines = changeReport({ ...view, decisions }, url).split('\n')
  const shown = ['  approved by rob', '  approved by rob (does not count)']
  expect(lines.filter((line) => line.includes('rob'))).toEqual(shown)
})

test('of functional tests that failed, the end of what they printed is shown, and of no others', () => {
  const log = `${Array.from({ length: 50 }, (_, i) => `line ${i}`).join('\n')}\n\u001b[31mred\n`
  const shown = changeReport({ ...view, checks: [{ ...check, log }] }, url)
  expect(shown).toContain('\n    (11 lines before)\n    line 11\n')
  expect(shown).not.toContain('line 10\n')
  expect(shown).not.toContain('\u001b')
  const passed = changeReport({ ...view, checks: [{ ...check, outcome: 'pass', log }] }, url)
  expect(passed).not.toContain('line 49')
})

test('whoever decides is shown what it is for, which files it changes, and which of them decide', () => {
  const file = { agent: null, before: null, after: null, tooLong: false, withheld: false }
  const files = [
    { ...file, path: 'agents/a/agent.prompty', status: 'changed' as const, isPolicy: false },
    { ...file, path: '.github/flow.yml', status: 'added' as const, isPolicy: true },
  ]
  expect(proposalReport(view, { tree: null, files, leftOut: 3 })).toBe(`Letters are long.
So ask for less.
  changed  agents/a/agent.prompty
  added    .github/flow.yml  decides how changes are judged
  and 3 more files
Decide how changes are judged: .github/flow.yml.
`)
})

test('whoever waits for a change that the forge does not merge hears that it is not known yet', () => {
  expect(changeExit('merge-refused')).toBe(3)
})

import { expect, test } from 'vitest'
import { decision, mergeTold, now, observed } from '../../test/helpers/observed-change.ts'
import type { ObservedChange } from './observed-change.ts'
import { decideChange } from './decide-change.ts'
import { type ForgeNews, forgeNews, newsRefused } from './forge-news.ts'
import type { ToldNews } from '../store/changes.ts'

function newsOf(one: ObservedChange, told = new Map<string, ToldNews>()) {
  return forgeNews(one, decideChange(one), { told, environment: 'production' })
}

function toldOf(news: ForgeNews[], refusal: string | null = null) {
  return new Map(
    news.map(({ about, contentHash }) => [about, { contentHash, refusal, at: now }] as const),
  )
}

function commentOf(one: ObservedChange): string {
  const news = newsOf(one)
  const comment = news.find(({ kind }) => kind === 'comment')
  return comment?.kind === 'comment' ? comment.text : ''
}

const asks = { decision: 'changes-requested', reasonTold: true } as const
const reason = 'Say what a deadline is.\r\n\n| a | <!-- b -->\n# c'
const quoted = String.raw`An approver asks for changes:

> Say what a deadline is.
> 
> | a | \<!-- b -->
> # c
`

test('the comment quotes why changes are asked for, in a quotation that nothing in it ends', () => {
  const comment = commentOf(observed({ decisions: [decision('ada', { ...asks, reason })] }))
  expect(comment).toContain(`\n\n${quoted}`)
  expect(comment.split('\n\n').filter((part) => part.startsWith('| a |'))).toEqual([])
})

test.each([
  ['was written for approvers', [decision('ada', { ...asks, reason, reasonTold: false })]],
  ['is why it was approved', [decision('ada', { reason })]],
  ['is of somebody who does not decide', [decision('rob', { ...asks, reason })]],
  ['is about something else', [decision('ada', { ...asks, reason, tree: 'other' })]],
  [
    'was taken back',
    [decision('ada', { ...asks, reason }), decision('ada', { reason: 'It is said now.' })],
  ],
])('the comment has no reason that %s', (_, decisions) => {
  expect(commentOf(observed({ decisions }))).not.toMatch(/deadline|approver asks|said now/u)
})

test('nothing is asked for any more of what is merged', () => {
  const decisions = [decision('ada', { ...asks, reason })]
  const { change } = observed()
  const merged = observed({ decisions, change: { ...change, state: 'merged', mergedAs: 'commit' } })
  expect(commentOf(merged)).not.toContain('deadline')
})

test('of somebody who is no engineer no check is told, but of what was approved before that it is not any more', () => {
  const decisions = [decision('ada')]
  const merging = mergeTold()
  const approved = observed({ decisions, events: [merging] })
  const approvalIn = (news: ReturnType<typeof newsOf>) =>
    news.flatMap((one) => (one.kind === 'check' ? [one.check] : [])).find(isApproval)
  expect(approvalIn(newsOf(approved))).toMatchObject({ state: 'passed' })
  const told = toldOf(newsOf(approved))
  const roles = new Map([...approved.roles, ['eve', ['approver' as const]] as const])
  const { change } = approved
  for (const more of [{ roles }, { change: { ...change, author: null } }]) {
    const held = { ...approved, ...more }
    expect(decideChange(held).stage).toBe('not-an-engineer')
    expect(approvalIn(newsOf(held, told))).toMatchObject({ state: 'queued', commit: 'head' })
    expect(newsOf(held).map(({ kind }) => kind)).toEqual(['comment'])
  }
})

test('what the forge refused is told again once it is something else, or after an hour', () => {
  const known = observed()
  const told = toldOf(newsOf(known), 'It is locked.')
  expect(newsOf(known, told)).toEqual([])
  expect(newsOf({ ...known, now: now + 59 * 60_000 }, told)).toEqual([])
  const hourLater = newsOf({ ...known, now: now + 60 * 60_000 }, told)
  expect(hourLater).toEqual(newsOf({ ...known, now: now + 60 * 60_000 }))
  const other = newsOf({ ...known, decisions: [decision('ada')] }, told)
  expect(other.map(({ kind }) => kind)).toEqual(['comment'])
  expect(newsOf({ ...known, now: now + 60 * 60_000 }, toldOf(newsOf(known)))).toEqual([])
})

test('each reason of the forge is told once, with what it refuses of what it is still told', () => {
  const news = (refusal: string | null): ToldNews => ({ contentHash: '', refusal, at: now })
  const told = new Map([
    ['check:gate:head', news('It must not.')],
    ['check:gate:queued', news('It must not.')],
    ['check:approval:head', news(null)],
    ['comment', news('It is locked.')],
    ['deployment', news('It must not.')],
  ])
  const refused = (state: 'open' | 'merged', isQueued = true) =>
    newsRefused(told, { state, isQueued })
  const [mustNot, locked] = refused('open')
  expect(mustNot).toMatch(/take the check gate, the deployment, .*: It must not\.$/)
  expect(locked).toMatch(/take the comment, .*: It is locked\.$/)
  expect(refused('merged')).toEqual([
    'The forge does not take the comment. It says: It is locked.',
    'The forge does not take the deployment. It says: It must not.',
  ])
  told.delete('check:gate:head')
  expect(refused('open', false)[1]).toMatch(/take the deployment, and/)
})

function isApproval({ name }: { name: string }): boolean {
  return name === 'approval'
}

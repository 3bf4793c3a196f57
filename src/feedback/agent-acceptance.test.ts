import { expect, test } from 'vitest'
import type { NewestVerdict } from '../schema/stored-verdict.ts'
import { agentAcceptance, type JudgedDocument } from './agent-acceptance.ts'

type Kind = NewestVerdict['kind']

/** What each person says of the issues of one document, one word an issue. */
function document(
  issues: number,
  said: Record<string, (Kind | null)[]>,
  { random = false, missed = 0 } = {},
): JudgedDocument {
  const verdicts = Object.entries(said).flatMap(([person, kinds]) =>
    kinds.flatMap((kind, i) =>
      kind === null ? [] : [{ review: 'r', issue: `${i}`, agent: 'a', type: null, person, kind }],
    ),
  )
  return { issues, missed, random, verdicts }
}

test('what nobody reviewed counts neither way, and widens the bounds', () => {
  const figures = agentAcceptance('a', [
    document(4, { ann: ['accepted', 'edited', 'dismissed', null] }),
  ])
  expect(figures).toMatchObject({
    issues: 4,
    accepted: 2,
    edited: 1,
    dismissed: 1,
    coverage: 0.75,
    bounds: { lower: 0.5, upper: 0.75 },
    acceptance: { value: 2 / 3, n: 3, docs: 1 },
  })
})

test('what people added is missed, and counts in no rate', () => {
  const some = document(1, { ann: ['accepted'] }, { missed: 2 })
  const figures = agentAcceptance('a', [some, document(1, {}, { missed: 1 })])
  expect(figures).toMatchObject({ missed: 3, accepted: 1, coverage: 0.5 })
})

test('an issue of which people disagree is disputed and counts half', () => {
  const figures = agentAcceptance('a', [
    document(2, { ann: ['accepted', 'accepted'], bob: ['dismissed', 'accepted'] }),
  ])
  expect(figures).toMatchObject({ accepted: 1, disputed: 1, dismissed: 0, coverage: 1 })
  expect(figures.acceptance.value).toBe(0.75)
  expect(figures.agreement).toMatchObject({ issues: 2, percent: 0.5, poor: false })
})

test('precision comes from the random queue alone, once most of it is reviewed', () => {
  const chosen = document(2, { ann: ['accepted', 'accepted'] })
  const drawn = document(2, { ann: ['accepted', 'dismissed'] }, { random: true })
  expect(agentAcceptance('a', [chosen, drawn]).precision).toMatchObject({ value: 0.5, docs: 1 })
  const half = document(2, { ann: ['accepted', null] }, { random: true })
  expect(agentAcceptance('a', [chosen, half]).precision).toMatchObject({ value: null, docs: 0 })
})

test('people who disagree on many issues leave precision without meaning', () => {
  const kinds = (i: number): Kind => (i % 2 === 0 ? 'accepted' : 'dismissed')
  const sixty = Array.from({ length: 60 }, (_, i) => i)
  const said = { ann: sixty.map(kinds), bob: sixty.map((i) => kinds(Math.floor(i / 2))) }
  const { agreement } = agentAcceptance('a', [document(60, said)])
  expect(agreement).toMatchObject({ issues: 60, percent: 0.5, poor: true })
})

test('without any verdict everything is unknown, not 0', () => {
  expect(agentAcceptance('a', [document(3, {})])).toMatchObject({
    acceptance: { value: null, lower: null, upper: null },
    coverage: 0,
    bounds: { lower: 0, upper: 1 },
    agreement: { issues: 0, percent: null, ac1: null, alpha: null, poor: false },
  })
  expect(agentAcceptance('a', []).coverage).toBeNull()
})

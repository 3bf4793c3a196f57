import { expect, test } from 'vitest'
import { clusteredInterval } from '../evaluation/interval.ts'
import type { Counts } from '../evaluation/metrics.ts'
import { createRandom } from '../evaluation/random.ts'
import { type AgentCounts, decide, type GateInput } from './decide.ts'
import { defaultPolicy, type GatePolicy } from './policy.ts'

/** Sixty documents in which an agent does as told, with a little variation between documents. */
function rows([tp, fp, fn]: Counts, documents = 60): Counts[] {
  return Array.from({ length: documents }, (_, d) => [tp + (d % 3), fp + (d % 2), fn + (d % 2)])
}

const good: AgentCounts = { grammar: rows([6, 1, 1]), style: rows([6, 1, 1]) }

test('the same outputs pass and are not called better', () => {
  const result = decide({ baseline: good, candidate: good })
  expect(result).toMatchObject({ verdict: 'PASS', improved: false, reasons: [], documents: 60 })
  expect(result.pooled).toMatchObject({ delta: 0, se: 0, lower95: 0, upper975: 0, pWorse: 0.5 })
  expect(result.agents['style']).toMatchObject({ delta: 0, lower: 0, upper: 0 })
})

test('each difference has its interval, and none where one document tells of no spread', () => {
  const candidate = { grammar: rows([6, 1, 1]), style: rows([5, 2, 2]).toReversed() }
  const { pooled, agents } = decide({ baseline: good, candidate })
  expect(pooled?.upper).toBe(pooled?.upper975)
  const { delta = 0, se = 0, lower = 0, upper = 0 } = agents['style'] ?? {}
  // Quantile of t with 59 degrees of freedom, from a table.
  expect([(delta - lower) / se, (upper - delta) / se].map((t) => t.toFixed(3))).toEqual([
    '2.001',
    '2.001',
  ])
  const one = decide({ baseline: { style: [[3, 1, 1]] }, candidate: { style: [[2, 1, 2]] } })
  expect(one.agents['style']).not.toHaveProperty('lower')
})

test('an agent that was taken out counts as one that finds nothing', () => {
  const { grammar = [] } = good
  const result = decide({ baseline: good, candidate: { grammar } })
  expect(result.verdict).toBe('FAIL')
  expect(result.reasons).toContain('AGENT_WORSE:style')
  expect(result.agents['style']).toMatchObject({ cand: 0 })
})

test('a new agent takes no part in the comparison but must be precise', () => {
  const precise = decide({ baseline: good, candidate: { ...good, tone: rows([6, 1, 9]) } })
  expect(precise).toMatchObject({ verdict: 'PASS', pooled: { delta: 0 } })
  expect(precise.agents['tone']).toMatchObject({ status: 'NOT_MEASURED' })
  expect(precise.agents['tone']?.issues).toBeGreaterThan(900)

  const noisy = decide({ baseline: good, candidate: { ...good, tone: rows([1, 6, 1]) } })
  expect(noisy).toMatchObject({
    verdict: 'CANT_TELL',
    reasons: ['NEW_AGENT_BELOW_FLOOR:tone'],
  })
  const silent = decide({
    baseline: good,
    candidate: { ...good, tone: rows([0, 0, 1]).map(() => [0, 0, 1]) },
  })
  expect(silent.reasons).toEqual(['NEW_AGENT_BELOW_FLOOR:tone'])
})

test('too many failed documents leave everything open, even a clear loss', () => {
  const worse: AgentCounts = { grammar: rows([1, 6, 6]), style: rows([1, 6, 6]) }
  expect(decide({ baseline: good, candidate: worse }).verdict).toBe('FAIL')
  const result = decide({ baseline: good, candidate: worse, errorRate: 0.021 })
  expect(result.verdict).toBe('CANT_TELL')
  expect(result.reasons[0]).toBe('RUN_ERRORS')
  expect(decide({ baseline: good, candidate: good, errorRate: 0.02 }).verdict).toBe('PASS')
})

test('nineteen documents are too few and twenty are enough', () => {
  const few = (n: number): AgentCounts => ({ grammar: rows([6, 1, 1], n) })
  expect(decide({ baseline: few(19), candidate: few(19) }).reasons).toEqual(['TOO_FEW_DOCUMENTS'])
  expect(decide({ baseline: few(20), candidate: few(20) }).verdict).toBe('PASS')
})

test('an agent with few issues may look worse without being doubted', () => {
  const rare = (n: number): Counts[] =>
    rows([0, 0, 0]).map((_, d) => (d < n ? [1, 0, 0] : [0, 0, 0]))
  const lost = (n: number): Counts[] =>
    rows([0, 0, 0]).map((_, d) => (d < n ? [d % 4 ? 1 : 0, 0, d % 4 ? 0 : 1] : [0, 0, 0]))
  const big = { grammar: rows([60, 1, 1]) }
  const decideFor = (n: number) =>
    decide({ baseline: { ...big, rare: rare(n) }, candidate: { ...big, rare: lost(n) } })
  expect(decideFor(8).reasons).toEqual([])
  expect(decideFor(32).reasons).not.toEqual([])
})

test('a candidate that gives up what the anchor reached is held back', () => {
  const better: AgentCounts = { grammar: rows([9, 0, 0]), style: rows([9, 0, 0]) }
  const result = decide({ baseline: good, candidate: good, anchor: better })
  expect(result).toMatchObject({ verdict: 'CANT_TELL', reasons: ['ANCHOR_NOT_SHOWN_NON_INFERIOR'] })
  expect(result.anchorLower95).toBeLessThan(-0.03)
  expect(decide({ baseline: good, candidate: good, anchor: good }).verdict).toBe('PASS')
})

test('an anchor without any issue cannot vouch for a candidate', () => {
  const empty = { grammar: rows([0, 0, 0]).map((): Counts => [0, 0, 0]) }
  const result = decide({ baseline: good, candidate: good, anchor: empty })
  expect(result.reasons).toEqual(['ANCHOR_NOT_SHOWN_NON_INFERIOR'])
})

test('with nothing to compare nothing can be told', () => {
  const result = decide({ baseline: {}, candidate: good })
  expect(result).toMatchObject({
    verdict: 'CANT_TELL',
    improved: false,
    reasons: ['NOTHING_TO_COMPARE'],
    pooled: null,
    documentsNeeded: null,
  })
  expect(decide({ baseline: {}, candidate: {}, errorRate: 1 }).reasons).toEqual([
    'RUN_ERRORS',
    'NOTHING_TO_COMPARE',
  ])
})

test('an agent without a single issue is not measured and does not count for Holm', () => {
  const nothing = rows([0, 0, 0]).map((): Counts => [0, 0, 0])
  const result = decide({
    baseline: { ...good, idle: nothing },
    candidate: { ...good, idle: nothing },
  })
  expect(result.agents['idle']).toEqual({ issues: 0, status: 'NOT_MEASURED' })
  expect(result.verdict).toBe('PASS')
})

test('runs of different numbers of documents are refused', () => {
  expect(() => decide({ baseline: good, candidate: { grammar: rows([6, 1, 1], 59) } })).toThrow(
    'different documents (60, 59)',
  )
})

test('a wider margin turns a doubt into a pass', () => {
  const slightly: AgentCounts = { grammar: rows([6, 1.2, 1.2]), style: rows([6, 1.2, 1.2]) }
  expect(
    decide({ baseline: good, candidate: slightly, policy: { ...defaultPolicy, margin: 0.01 } })
      .verdict,
  ).toBe('FAIL')
  expect(decide({ baseline: good, candidate: slightly }).verdict).toBe('PASS')
})

test('one document has no spread: nothing is shown', () => {
  const one = (tp: number): AgentCounts => ({ grammar: [[tp, 1, 1]] })
  const result = decide({ baseline: one(3), candidate: one(4) })
  expect(result.verdict).toBe('CANT_TELL')
  expect(result.documentsNeeded).toBeNull()
})

test('leaving an agent out is the same as missing all that it should find', () => {
  const uneven: AgentCounts = { grammar: rows([6, 1, 1]), style: rows([6, 1, 4]) }
  const { grammar = [], style = [] } = uneven
  const allMissed = style.map(([tp, , fn]): Counts => [0, 0, tp + fn])
  const left = decide({ baseline: uneven, candidate: { grammar } })
  const silent = decide({ baseline: uneven, candidate: { grammar, style: allMissed } })
  expect(left).toEqual(silent)
})

test('agents that are not measured do not make the others pay for them', () => {
  const nothing = rows([0, 0, 0]).map((): Counts => [0, 0, 0])
  const worse: AgentCounts = { grammar: rows([6, 1, 1]), style: rows([6, 2, 1]) }
  const alone = decide({ baseline: good, candidate: worse })
  const withIdle = decide({
    baseline: { ...good, idle: nothing },
    candidate: { ...worse, idle: nothing },
  })
  expect(withIdle.agents['style']).toEqual(alone.agents['style'])
  expect(alone.agents['style']?.pHolm).toBeCloseTo(2 * (alone.agents['style']?.pWorse ?? 1), 15)
})

test('a new agent without a single finding is below any floor', () => {
  const silent = rows([0, 0, 0]).map((): Counts => [0, 0, 2])
  const policy = { ...defaultPolicy, newAgentFloor: 0 }
  const result = decide({ baseline: good, candidate: { ...good, tone: silent }, policy })
  expect(result.reasons).toEqual(['NEW_AGENT_BELOW_FLOOR:tone'])
})

/** Sixty documents of 20 truths; every other one loses `loss + spread`, the rest `loss - spread`. */
function wavering(loss: number, spread: number): AgentCounts {
  const row = (lost: number): Counts => [10 - lost, 0, 10 + lost]
  return {
    grammar: Array.from({ length: 60 }, (_, d) => row(d % 2 ? loss + spread : loss - spread)),
  }
}

test('documents needed follow from the spread that was seen', () => {
  const result = decide({ baseline: wavering(0, 0), candidate: wavering(0.1, 1.5) })
  const se = result.pooled?.se ?? 0
  expect(se).toBeGreaterThan(0.005)
  const reach = 1.6448536269514722 + 0.8416212335729143
  expect(result.documentsNeeded).toBe(Math.ceil((60 * se ** 2 * reach ** 2) / 0.03 ** 2))
})

test('a loss below half the margin is no failure, however little it may take to fail', () => {
  const policy = { ...defaultPolicy, alphaFail: 0.4, minAgentIssues: 1e9 }
  const result = decide({ baseline: wavering(0, 0), candidate: wavering(0.4, 3.5), policy })
  expect(result.pooled?.upper975).toBeLessThan(0)
  expect(result.pooled?.lower95).toBeLessThan(-0.03)
  expect(result.pooled?.delta).toBeGreaterThan(-0.015)
  expect(result.verdict).toBe('CANT_TELL')
})

test('a loss between half and the whole margin fails when it is certain to be one', () => {
  const policy = { ...defaultPolicy, alphaFail: 0.2 }
  const result = decide({ baseline: wavering(0, 0), candidate: wavering(0.7, 3), policy })
  expect(result.pooled?.lower95).toBeLessThan(-0.03)
  expect(result.pooled?.delta).toBeLessThan(-0.015)
  expect(result.pooled?.delta).toBeGreaterThan(-0.03)
  expect(result.reasons).toEqual(['POOLED_WORSE'])
})

test('an agent is doubted from thirty issues on', () => {
  const steady = { grammar: rows([60, 1, 1]) }
  const few = (issues: number, found: (d: number) => number): Counts[] =>
    Array.from({ length: 60 }, (_, d) => (d < issues ? [found(d), 0, 1 - found(d)] : [0, 0, 0]))
  const decideWith = (issues: number) =>
    decide({
      baseline: { ...steady, rare: few(issues, () => 1) },
      candidate: { ...steady, rare: few(issues, (d) => (d % 10 === 0 ? 0 : 1)) },
    })
  expect(decideWith(29).agents['rare']?.delta).toBeLessThan(-0.02)
  expect(decideWith(29).reasons).toEqual([])
  expect(decideWith(30).agents['rare']).toMatchObject({ issues: 30 })
})

test('agents are listed by name, those with a baseline first', () => {
  const same = rows([6, 1, 1])
  const baseline = { style: same, grammar: same, tone: same }
  const candidate = { ...baseline, units: same, figures: same, names: same }
  const result = decide({ baseline, candidate })
  const order = ['grammar', 'style', 'tone', 'figures', 'names', 'units']
  expect(Object.keys(result.agents)).toEqual(order)
})

test('new agents below the floor are listed by name', () => {
  const noisy = rows([1, 6, 1])
  const candidate = { ...good, units: noisy, figures: noisy, names: noisy }
  expect(decide({ baseline: good, candidate }).reasons).toEqual([
    'NEW_AGENT_BELOW_FLOOR:figures',
    'NEW_AGENT_BELOW_FLOOR:names',
    'NEW_AGENT_BELOW_FLOOR:units',
  ])
})

test('an agent may be named like something that every object has', () => {
  const constructor = rows([6, 1, 1])
  const left = decide({ baseline: { ...good, constructor }, candidate: good })
  expect(left.reasons).toContain('AGENT_WORSE:constructor')
  const added = decide({ baseline: good, candidate: { ...good, constructor } })
  expect(added).toMatchObject({ verdict: 'PASS', pooled: { delta: 0 } })
  expect(added.agents['constructor']).toMatchObject({ status: 'NOT_MEASURED' })
})

/** What `decide` says of `input` at the policy that `policyAt` makes of its measurements. */
function decideAt(
  input: GateInput,
  policyAt: (measured: ReturnType<typeof decide>) => Partial<GatePolicy>,
) {
  return decide({ ...input, policy: { ...defaultPolicy, ...policyAt(decide(input)) } })
}

/** With failed documents the doubts are said even about what would be a failure. */
const failing = { errorRate: 1 }
const steady: GateInput = { baseline: wavering(0, 0), candidate: wavering(1, 0.5) }

test('a loss of exactly half the margin is no failure', () => {
  const input = { baseline: wavering(0, 0), candidate: wavering(0.7, 5) }
  const delta = decide(input).pooled?.delta ?? 0
  const reasonsWith = (margin: number): string[] =>
    decideAt(input, () => ({ margin, alphaFail: 0.4 })).reasons
  expect(reasonsWith(-2 * delta)).toEqual(['POOLED_NOT_SHOWN_NON_INFERIOR'])
  expect(reasonsWith(-1.99 * delta)).toEqual(['POOLED_WORSE'])
})

test('a lower bound of exactly the margin is not shown to be within it', () => {
  const atBound = decideAt(steady, ({ pooled }) => ({ margin: -(pooled?.lower95 ?? 0) }))
  expect(atBound.reasons).toEqual(['POOLED_WORSE'])
  const doubted = decideAt({ ...steady, ...failing }, ({ pooled }) => ({
    margin: -(pooled?.lower95 ?? 0),
  }))
  expect(doubted.reasons).toContain('POOLED_NOT_SHOWN_NON_INFERIOR')
})

test('the anchor holds only above the margin', () => {
  const input = { ...steady, anchor: steady.baseline, baseline: steady.candidate }
  const reasonsAt = (share: number): string[] =>
    decideAt(input, ({ anchorLower95 }) => ({ margin: -share * (anchorLower95 ?? 0) })).reasons
  expect(reasonsAt(1)).toEqual(['ANCHOR_NOT_SHOWN_NON_INFERIOR'])
  expect(reasonsAt(1.01)).toEqual([])
})

test('an agent fails at a corrected p-value of exactly alpha', () => {
  const atAlpha = decideAt(steady, ({ agents }) => ({
    margin: 0.01,
    alphaFail: agents['grammar']?.pHolm ?? 1,
  }))
  expect(atAlpha.reasons).toContain('AGENT_WORSE:grammar')
})

test('an agent that loses exactly the margin is not failed for it', () => {
  const reasonsAt = (share: number): string[] =>
    decideAt(steady, ({ agents }) => ({ margin: -share * (agents['grammar']?.delta ?? 0) })).reasons
  expect(reasonsAt(1)).toEqual(['POOLED_WORSE'])
  expect(reasonsAt(0.99)).toContain('AGENT_WORSE:grammar')
})

test('an agent looks worse from twice the margin and the least number of issues on', () => {
  const reasonsAt = (share: number, more: number): string[] =>
    decideAt({ ...steady, ...failing }, ({ agents }) => ({
      margin: (-share * (agents['grammar']?.delta ?? 0)) / 2,
      minAgentIssues: (agents['grammar']?.issues ?? 0) + more,
    })).reasons
  expect(reasonsAt(1, 0)).toContain('AGENT_LOOKS_WORSE:grammar')
  expect(reasonsAt(1, 1)).not.toContain('AGENT_LOOKS_WORSE:grammar')
  expect(reasonsAt(1.01, 0)).not.toContain('AGENT_LOOKS_WORSE:grammar')
})

test('a new agent whose precision reaches exactly the floor is let in', () => {
  const tone = rows([6, 1, 1])
  const { lower } = clusteredInterval(tone, { metric: 'precision', beta: defaultPolicy.beta })
  const input = { baseline: good, candidate: { ...good, tone } }
  const reasonsAt = (newAgentFloor: number): string[] =>
    decideAt(input, () => ({ newAgentFloor })).reasons
  expect(reasonsAt(lower ?? 1)).toEqual([])
  expect(reasonsAt((lower ?? 1) + 1e-9)).toEqual(['NEW_AGENT_BELOW_FLOOR:tone'])
})

/** Documents in which each of these agents found both issues before, and neither after. */
function allLost(documents: number, agents: string[]): GateInput {
  const all = (row: Counts): AgentCounts =>
    Object.fromEntries(agents.map((agent) => [agent, Array.from({ length: documents }, () => row)]))
  return { baseline: all([2, 0, 0]), candidate: all([0, 0, 2]) }
}

test('few documents fail by how many of their swaps are as bad, whatever the t test says', () => {
  const five = decide(allLost(5, ['style']))
  // One of the 32 ways to swap is as bad: more than 1 in 40.
  expect(five.agents['style']).toMatchObject({ delta: -1, pWorse: 0 })
  expect(five.agents['style']?.pHolm).toBe(1 / 32)
  expect(five).toMatchObject({
    verdict: 'CANT_TELL',
    reasons: expect.arrayContaining(['TOO_FEW_DOCUMENTS']),
  })
  expect(decide(allLost(6, ['style'])).reasons).toEqual(['POOLED_WORSE', 'AGENT_WORSE:style'])
  // Among two agents the same is not beyond doubt of either; from 15 documents on t decides.
  const two = ['style', 'tone']
  expect(decide(allLost(6, two)).reasons).toEqual(['POOLED_WORSE'])
  expect(decide(allLost(7, two)).reasons).toHaveLength(3)
  expect(decide(allLost(14, two)).agents['tone']?.pHolm).toBe(2 / 2 ** 14)
  expect(decide(allLost(15, two)).agents['tone']?.pHolm).toBe(0)
})

test('of four documents chance alone fails none', () => {
  const random = createRandom('four documents')
  const found = (of: number, share: number): number =>
    Array.from({ length: of }, () => random.int(100) < share).filter(Boolean).length
  const run = (truths: number): Counts => {
    const tp = found(truths, 60)
    return [tp, found(4, 40), truths - tp]
  }
  const results = Array.from({ length: 150 }, () => {
    const truths = Array.from({ length: 4 }, () => 3 + random.int(5))
    return decide({ baseline: { style: truths.map(run) }, candidate: { style: truths.map(run) } })
  })
  const byT = results.filter(({ agents: { style } }) => (style?.pWorse ?? 1) <= 0.025)
  expect(byT.length).toBeGreaterThan(0)
  expect(results.filter(({ verdict }) => verdict === 'FAIL')).toEqual([])
})

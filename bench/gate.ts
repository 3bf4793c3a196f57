// How often the gate is right: flows of known quality through the engine (matching, counts, paired test,
// policy), one verdict a test set. Beside it what simpler policies would have said of the same runs.
//     node --conditions=proofloop-source bench/gate.ts [--gates 1000] [--documents 60] [--repeats 3]
import { parseArgs } from 'node:util'
import { wilson } from '../src/evaluation/interval.ts'
import { normalQuantile } from '../src/evaluation/special-functions.ts'
import { compareRuns, type RunComparison } from '../src/gate/compare-runs.ts'
import { defaultPolicy } from '../src/gate/policy.ts'
import {
  changed,
  type Difference,
  drawDocuments,
  evaluate,
  lossOf,
  noisyWorld,
  seeded,
  silenceOf,
  type World,
} from './simulated-flows.ts'

const { values } = parseArgs({
  options: {
    gates: { type: 'string', default: '1000' },
    documents: { type: 'string', default: '60' },
    repeats: { type: 'string', default: '3' },
  },
})
const [gates, documents, repeats] = [values.gates, values.documents, values.repeats].map(
  Number,
) as [number, number, number]

const agents = 3
const noisy = noisyWorld(agents, documents)
const steady: World = { ...noisy, concentration: 0.379, redrawn: 0.18 }

const everyAgent = (share: number) => Array.from({ length: agents }, () => share)
const cases: [name: string, world: World, difference: Difference][] = [
  ['same prompt, noisy', noisy, { redraws: false }],
  ['neutral change, noisy', noisy, { redraws: true }],
  ['neutral change, steady', steady, { redraws: true }],
  ['3 points worse, noisy', noisy, { redraws: true, loses: everyAgent(lossOf(0.031)) }],
  ['6 points worse, noisy', noisy, { redraws: true, loses: everyAgent(lossOf(0.06)) }],
  ['one of 3 agents 12 points worse, noisy', noisy, { redraws: true, loses: [lossOf(0.12), 0, 0] }],
  ['3 points better, noisy', noisy, { redraws: true, silences: silenceOf(0.031) }],
]

function gate(
  name: string,
  index: number,
  { world, difference }: { world: World; difference: Difference },
) {
  const random = seeded('gate', name, index)
  const before = drawDocuments(world, random)
  const after = changed(before, difference, { world, random })
  const baseline = {
    name: 'baseline',
    run: evaluate(before, { subject: 'baseline', repeats, random }),
  }
  const run = evaluate(after, { subject: 'candidate', repeats, random })
  // Nothing was merged since the test set was made: production is its own anchor.
  return compareRuns(
    { baseline, candidate: { name: 'candidate', run }, anchor: baseline },
    defaultPolicy,
  )
}

function share(count: number) {
  const [from, to] = wilson(count / gates, gates, normalQuantile(0.975)).map(round)
  return { share: count / gates, from, to }
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, value) => sum + value, 0) / numbers.length

/** Policies that teams have, on the same runs. */
const simpler: Record<string, (comparison: RunComparison) => boolean> = {
  'blocked if any agent drops': ({ agents: each }) =>
    Object.values(each).some(({ delta = 0 }) => delta < 0),
  'blocked if any agent p < .05, not adjusted': ({ agents: each }) =>
    Object.values(each).some(({ pWorse = 1 }) => pWorse < 0.05),
  'blocked if the score drops': ({ pooled }) => (pooled?.delta ?? 0) < 0,
}

for (const [name, world, difference] of cases) {
  const results = Array.from({ length: gates }, (_, i) => gate(name, i, { world, difference }))
  const said = (verdict: string) => share(results.filter((one) => one.verdict === verdict).length)
  const blocked = Object.entries(simpler).map(([policy, blocks]) => {
    return [policy, share(results.filter(blocks).length)] as const
  })
  const line = {
    name,
    PASS: said('PASS'),
    FAIL: said('FAIL'),
    CANT_TELL: said('CANT_TELL'),
    delta: round(mean(results.map(({ pooled }) => pooled?.delta ?? 0))),
    standardError: round(mean(results.map(({ pooled }) => pooled?.se ?? 0))),
    varianceOfDocuments: Number(mean(results.map(({ noise }) => noise?.s2doc ?? 0)).toFixed(4)),
    varianceOfRuns: Number(mean(results.map(({ noise }) => noise?.s2run ?? 0)).toFixed(4)),
    ...Object.fromEntries(blocked),
  }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

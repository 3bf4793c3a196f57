// How often the gate is right where the anchor is another version than production, and where a candidate has a
// new agent: flows of known quality through the engine, as in bench/gate.ts.
//     node --conditions=proofloop-source bench/gate-references.ts [--gates 1000] [--documents 60] [--repeats 3]
//         [--only anchor|agent]
import { parseArgs } from 'node:util'
import { wilson } from '../src/evaluation/interval.ts'
import type { Random } from '../src/evaluation/random.ts'
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
  type SimulatedDocument,
  type World,
} from './simulated-flows.ts'

const { values } = parseArgs({
  options: {
    gates: { type: 'string', default: '1000' },
    documents: { type: 'string', default: '60' },
    repeats: { type: 'string', default: '3' },
    only: { type: 'string' },
  },
})
const [gates, documents, repeats] = [values.gates, values.documents, values.repeats].map(
  Number,
) as [number, number, number]

const agents = 3
const noisy = noisyWorld(agents, documents)

const everyAgent = (points: number) => Array.from({ length: agents }, () => lossOf(points))
const neutral: Difference = { redraws: true }
const worse = (points: number): Difference => ({ redraws: true, loses: everyAgent(points) })

/** Production beside the anchor, and the candidate beside production. */
const drifts: [name: string, production: Difference, candidate: Difference][] = [
  ['anchor neutral to production, neutral change', neutral, neutral],
  ['production 2 points below the anchor, same prompt', worse(0.02), { redraws: false }],
  ['production 2 points below the anchor, neutral change', worse(0.02), neutral],
  ['production 2 points below the anchor, 2 points worse', worse(0.02), worse(0.02)],
  ['production 3 points below the anchor, same prompt', worse(0.031), { redraws: false }],
  ['production 3 points below the anchor, neutral change', worse(0.031), neutral],
  [
    'production 3 points above the anchor, neutral change',
    { redraws: true, silences: silenceOf(0.031) },
    neutral,
  ],
]

function drift(
  { production, candidate }: { production: Difference; candidate: Difference },
  random: Random,
): RunComparison {
  const eyes = { world: noisy, random }
  const first = drawDocuments(noisy, random)
  const before = changed(first, production, eyes)
  const after = changed(before, candidate, eyes)
  const run = (subject: string, places: SimulatedDocument[]) => ({
    name: subject,
    run: evaluate(places, { subject, repeats, random }),
  })
  return compareRuns(
    {
      anchor: run('anchor', first),
      baseline: run('baseline', before),
      candidate: run('candidate', after),
    },
    defaultPolicy,
  )
}

/** Precision of an agent that production does not have, and how much it is to find in a document. */
const newAgents: [precision: number, truths: number][] = [
  [0.4, 5],
  [0.5, 5],
  [0.6, 5],
  [0.7, 5],
  [0.7, 0.7],
  [0.9, 0.7],
]

/** Nothing else changes: what is said is said of the new agent, or would be without it. */
function withNewAgent(
  { precision, truths }: { precision: number; truths: number },
  random: Random,
): RunComparison {
  const own = drawDocuments(noisy, random)
  const world: World = { ...noisy, agents: 1, truths, precision }
  const added = drawDocuments(world, random)
  const all = own.map(({ id, places }, i) => {
    const more = added[i]?.places.map((place) => ({ ...place, agent: agents })) ?? []
    return { id, places: [...places, ...more] }
  })
  const silent = all.map(({ id, places }) => ({
    id,
    places: places.map((place) => (place.agent === agents ? { ...place, reported: 0 } : place)),
  }))
  const names = Array.from({ length: agents }, (_, agent) => agent)
  const baseline = {
    name: 'baseline',
    run: evaluate(silent, { subject: 'baseline', repeats, random, agents: names }),
  }
  const run = evaluate(all, { subject: 'candidate', repeats, random, agents: [...names, agents] })
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

function tell(name: string, one: (random: Random) => RunComparison): void {
  const results = Array.from({ length: gates }, (_, i) => one(seeded('gate', name, i)))
  const said = (verdict: string) => share(results.filter((each) => each.verdict === verdict).length)
  const deltas = results.map(({ pooled }) => pooled?.delta ?? 0)
  const line = {
    name,
    PASS: said('PASS'),
    FAIL: said('FAIL'),
    CANT_TELL: said('CANT_TELL'),
    delta: round(deltas.reduce((sum, delta) => sum + delta, 0) / gates),
  }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

for (const [name, production, candidate] of values.only === 'agent' ? [] : drifts) {
  tell(name, (random) => drift({ production, candidate }, random))
}
for (const [precision, truths] of values.only === 'anchor' ? [] : newAgents) {
  const name = `new agent, precision ${precision}, ${truths} issues a document`
  tell(name, (random) => withNewAgent({ precision, truths }, random))
}

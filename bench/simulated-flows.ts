// Flows of known quality, for bench/gate.ts: documents with places that a flow may report, each with the
// probability that one of its runs does so. A place is a truth, or a false alarm to be had.
import {
  evaluateOutputs,
  toEvaluationRun,
  type Repeat,
} from '../src/evaluation/evaluate-outputs.ts'
import { createRandom, type Random } from '../src/evaluation/random.ts'
import type { EvaluationRun } from '../src/schema/evaluation.ts'
import type { LabelledIssue } from '../src/schema/example.ts'

export type World = {
  agents: number
  documents: number
  /** Truths of an agent in a document, on average; their number is a Poisson draw. */
  truths: number
  /** Beta distribution of how probably a place is reported: the sum of its parameters; small is steady. */
  concentration: number
  /** How probably a run raises a false alarm that is to be had, on average: chance has more part in them. */
  alarmed: number
  /** Of what a run finds, on average; left out, that of the simulated flows. */
  precision?: number
  /** Share of the places that a new prompt sees with other eyes, at the same quality. */
  redrawn: number
}

/** How a candidate differs from the baseline. */
export type Difference = {
  /** Whether the prompt is another one at all. */
  redraws: boolean
  /** Share of truths that the candidate never finds any more, of each agent. */
  loses?: readonly number[]
  /** Share of false alarms that it never raises any more. */
  silences?: number
}

/**
 * Of truths that were found, 20 and 11 % are not found in the next run; `redrawn` gives differences between
 * documents about the variance that was measured (.0025).
 */
export function noisyWorld(agents: number, documents: number): World {
  return { agents, documents, truths: 5, concentration: 1, alarmed: 0.15, redrawn: 0.27 }
}

type Place = { agent: number; real: boolean; reported: number }
export type SimulatedDocument = { id: string; places: Place[] }

const recall = 0.6
const usualPrecision = 0.66

/** About .647: what these shares make of F0.5. */
export const baseF = fOf({
  found: recall,
  missed: 1 - recall,
  wrong: (recall * (1 - usualPrecision)) / usualPrecision,
})

export function fOf({
  found,
  missed,
  wrong,
}: {
  found: number
  missed: number
  wrong: number
}): number {
  return (1.25 * found) / (1.25 * found + 0.25 * missed + wrong)
}

/** The share of found truths to lose for F0.5 to fall by `points` (0.03 = 3 points), found by halving. */
export function lossOf(points: number): number {
  const wrong = (recall * (1 - usualPrecision)) / usualPrecision
  return bisect((share) => {
    const found = recall * (1 - share)
    return baseF - fOf({ found, missed: 1 - found, wrong }) - points
  })
}

/** The share of false alarms to silence for F0.5 to rise by `points`. */
export function silenceOf(points: number): number {
  const wrong = (recall * (1 - usualPrecision)) / usualPrecision
  return bisect((share) => {
    return fOf({ found: recall, missed: 1 - recall, wrong: wrong * (1 - share) }) - baseF - points
  })
}

function bisect(value: (share: number) => number): number {
  let [low, high] = [0, 1]
  for (let i = 0; i < 50; i += 1) {
    const middle = (low + high) / 2
    if (value(middle) < 0) low = middle
    else high = middle
  }
  return low
}

export function drawDocuments(world: World, random: Random): SimulatedDocument[] {
  const { precision = usualPrecision } = world
  const alarms = (world.truths * recall * (1 - precision)) / precision / world.alarmed
  return Array.from({ length: world.documents }, (_, i) => ({
    id: `d${i}`,
    places: Array.from({ length: world.agents }, (_agent, agent) => [
      ...draw(poisson(world.truths, random), { agent, real: true }),
      ...draw(poisson(alarms, random), { agent, real: false }),
    ]).flat(),
  }))

  function draw(count: number, kind: Pick<Place, 'agent' | 'real'>): Place[] {
    return Array.from({ length: count }, () => ({
      ...kind,
      reported: reportedIn(world, kind.real, random),
    }))
  }
}

/** The candidate's eyes on the same documents. */
export function changed(
  documents: readonly SimulatedDocument[],
  difference: Difference,
  { world, random }: { world: World; random: Random },
): SimulatedDocument[] {
  const see = (place: Place): Place => {
    // What was lost before stays lost.
    const redrawn = difference.redraws && uniform(random) < world.redrawn && place.reported > 0
    const reported = redrawn ? reportedIn(world, place.real, random) : place.reported
    const share = place.real ? (difference.loses?.[place.agent] ?? 0) : (difference.silences ?? 0)
    return { ...place, reported: uniform(random) < share ? 0 : reported }
  }
  return documents.map(({ id, places }) => ({ id, places: places.map(see) }))
}

type Evaluated = {
  subject: string
  repeats: number
  random: Random
  /** Those that the flow has; left out, nobody knows what was looked for. */
  agents?: readonly number[]
}

/** What `repeats` runs find, matched and counted by the engine. */
export function evaluate(
  documents: readonly SimulatedDocument[],
  { subject, repeats, random, agents }: Evaluated,
): EvaluationRun {
  const evaluated = evaluateOutputs({
    documents: documents.map(({ id, places }) => ({
      id,
      paragraphs: places.map((_, index) => ({ index, text: textOf(index) })),
      truths: places.flatMap((place, index) => (place.real ? [issueAt(place, index)] : [])),
    })),
    repeats: Array.from({ length: repeats }, () => oneRun(documents, random)),
    types: null,
  })
  return toEvaluationRun(evaluated, {
    dataset: { name: 'simulated', hash: 'simulated' },
    subject: agents ? flowWith(agents) : { kind: 'outputs', files: [subject] },
    subjectHash: subject,
    policyHash: 'default',
    types: null,
  })
}

function flowWith(agents: readonly number[]): EvaluationRun['subject'] {
  const all = agents.map((agent) => typeOf(agent))
  const named = all.map((type) => ({ name: type, type, hash: type }))
  return { kind: 'flow', flow: 'simulated', agents: named }
}

function oneRun(documents: readonly SimulatedDocument[], random: Random): Repeat {
  return new Map(
    documents.map(({ id, places }) => {
      const issues = places.flatMap((place, index) =>
        uniform(random) < place.reported ? [issueAt(place, index)] : [],
      )
      return [id, { issues, error: null }]
    }),
  )
}

function textOf(index: number): string {
  return `Clause ${index} promises more than it says.`
}

function issueAt({ agent }: Place, index: number): LabelledIssue {
  const text = textOf(index)
  return {
    type: typeOf(agent),
    text,
    location: { paragraph: index, start: 0, end: text.length },
  }
}

function typeOf(agent: number): string {
  return `Agent ${agent}`
}

export function uniform(random: Random): number {
  return (random.next() + 0.5) / 2 ** 32
}

function reportedIn({ concentration, alarmed }: World, real: boolean, random: Random): number {
  const mean = real ? recall : alarmed
  return beta(mean * concentration, (1 - mean) * concentration, random)
}

/** Jöhnk 1964: for parameters below 1 the least work. */
function beta(a: number, b: number, random: Random): number {
  for (;;) {
    const x = uniform(random) ** (1 / a)
    const y = uniform(random) ** (1 / b)
    if (x + y <= 1 && x + y > 0) return x / (x + y)
  }
}

/** Knuth 1969. */
function poisson(mean: number, random: Random): number {
  const limit = Math.exp(-mean)
  let count = 0
  for (let product = uniform(random); product > limit; product *= uniform(random)) count += 1
  return count
}

export function seeded(...key: (string | number)[]): Random {
  return createRandom(key.join('/'))
}

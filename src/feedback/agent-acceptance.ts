import { clusteredInterval, type Interval } from '../evaluation/interval.ts'
import type { Counts } from '../evaluation/metrics.ts'
import type { AgentAcceptance } from '../schema/api/flows.ts'
import type { Rate } from '../schema/api/evaluations.ts'
import type { NewestVerdict } from '../schema/stored-verdict.ts'
import { acceptanceBounds } from './acceptance.ts'
import { gwetAC1, krippendorffAlpha, percentAgreement, type Ratings } from './agreement.ts'

/** One document with what an agent found in it, and what people say of that. */
export type JudgedDocument = {
  /** All that the agent reported. */
  issues: number
  /** Issues of its type that people added. */
  missed: number
  /** Drawn for the random review queue: precision is estimated from these. */
  random: boolean
  verdicts: NewestVerdict[]
}

/** An acceptance rate is called precision only when so much of the random queue is reviewed. */
const enoughReviewed = 0.9
/** Below this agreement, on so many issues, precision has no meaning (measurement, 5.2). */
const poorAgreement = { value: 0.6, issues: 50 }

/** How people judged one agent. Issues that nobody reviewed count neither way. */
export function agentAcceptance(agent: string, documents: JudgedDocument[]): AgentAcceptance {
  const judged = documents.map((document) => ({
    ...document,
    issues: document.issues,
    ...judge(document),
  }))
  const sum = (value: (one: (typeof judged)[number]) => number): number =>
    judged.reduce((total, one) => total + value(one), 0)
  const issues = sum((one) => one.issues)
  const [accepted, edited] = [sum((one) => one.accepted), sum((one) => one.edited)]
  const [dismissed, disputed] = [sum((one) => one.dismissed), sum((one) => one.disputed)]
  const unreviewed = issues - accepted - dismissed - disputed
  const { reviewed, lower, upper } = acceptanceBounds({
    accepted: accepted + disputed / 2,
    dismissed: dismissed + disputed / 2,
    unreviewed,
  })
  return {
    agent,
    issues,
    accepted,
    edited,
    dismissed,
    disputed,
    missed: sum((one) => one.missed),
    documents: documents.length,
    acceptance: rateOf(judged.map(({ counts }) => counts)),
    coverage: reviewed,
    bounds: lower === null || upper === null ? null : { lower, upper },
    precision: rateOf(randomQueue(judged)),
    agreement: agreementOf(documents.flatMap(({ verdicts }) => verdicts)),
  }
}

type Judged = {
  accepted: number
  edited: number
  dismissed: number
  disputed: number
  counts: Counts
}

function judge({ verdicts }: JudgedDocument): Judged {
  const judged = { accepted: 0, edited: 0, dismissed: 0, disputed: 0 }
  let [right, wrong] = [0, 0]
  for (const said of Map.groupBy(verdicts, ({ issue }) => issue).values()) {
    const against = said.filter(({ kind }) => kind === 'dismissed').length
    right += (said.length - against) / said.length
    wrong += against / said.length
    if (against === said.length) judged.dismissed += 1
    else if (against > 0) judged.disputed += 1
    else judged.accepted += 1
    if (against === 0 && said.some(({ kind }) => kind === 'edited')) judged.edited += 1
  }
  return { ...judged, counts: [right, wrong, 0] }
}

/** What is known of precision: the drawn documents, once enough of their issues are reviewed. */
function randomQueue(judged: (JudgedDocument & Judged)[]): Counts[] {
  const drawn = judged.filter(({ random }) => random)
  const issues = drawn.reduce((total, one) => total + one.issues, 0)
  const reviewed = drawn.reduce((total, { counts }) => total + counts[0] + counts[1], 0)
  return reviewed >= enoughReviewed * issues ? drawn.map(({ counts }) => counts) : []
}

function rateOf(counts: Counts[]): Rate {
  const interval: Interval = clusteredInterval(counts, { metric: 'precision', beta: 1 })
  const { value, lower, upper, docs, n, nEff } = interval
  return { value, lower, upper, docs, n, nEff }
}

function agreementOf(verdicts: NewestVerdict[]): AgentAcceptance['agreement'] {
  const people = [...new Set(verdicts.map(({ person }) => person))]
  const several = [...Map.groupBy(verdicts, ({ issue }) => issue).values()].filter(
    (said) => said.length > 1,
  )
  const ratings: Ratings = several.map((said) =>
    people.map((person) => {
      const kind = said.find((verdict) => verdict.person === person)?.kind
      return kind === undefined ? null : kind === 'dismissed' ? 'wrong' : 'right'
    }),
  )
  const ac1 = gwetAC1(ratings, ['right', 'wrong']).value
  const alpha = krippendorffAlpha(ratings).value
  const low = [ac1, alpha].some((value) => value !== null && value < poorAgreement.value)
  return {
    issues: several.length,
    percent: percentAgreement(ratings),
    ac1,
    alpha,
    poor: several.length >= poorAgreement.issues && low,
  }
}

import { createHash } from 'node:crypto'
import type { Span } from '../lib/span.ts'
import type { ModelHost, Question } from '../model/model-host.ts'
import type { RunPlace } from '../model/ordered-turns.ts'
import type { Paragraph } from '../schema/document.ts'
import type { Finding } from '../schema/issue.ts'
import type { LlmAgent, ModelPrompt } from './agent.ts'
import { aggregateShots, type Candidate } from './aggregate-shots.ts'
import { FoundIssues, type Verdict, verdictsOn } from './answers.ts'
import { consolidatorMessages, paragraphLines, reviewerMessages } from './question-messages.ts'
import { visibleLine } from './invisible.ts'

export type ModelRun = {
  models: Pick<ModelHost, 'ask'>
  /** SHA-256 of the document that the paragraphs are of. */
  document?: string
  /** Tells equal runs apart, from 0. */
  repeat: number
  place?: RunPlace
  /** Of the agent on these paragraphs. */
  span?: Span
  signal?: AbortSignal
}

/**
 * Asks `shots` times for the issues, joins the answers, and has the consolidator judge them. When a
 * request has no answer in the end, the whole part has none: half of it would look like a good one.
 * @returns `leftOut`: issues beyond what a chunk may have
 */
export async function runLlmAgent(
  agent: LlmAgent,
  paragraphs: Paragraph[],
  run: ModelRun,
): Promise<{ findings: Finding[]; leftOut: number }> {
  const shown = shownParagraphs(paragraphs)
  if (shown.length === 0) return { findings: [], leftOut: 0 }
  const answers = await askForIssues(agent, shown, run)
  const { candidates, leftOut } = aggregateShots(answers, shown)
  if (candidates.length === 0) return { findings: [], leftOut }
  const { consolidator } = agent
  const findings = consolidator
    ? await judge(agent, consolidator, { candidates, paragraphs: shown, run })
    : candidates.map((candidate) => toFinding(candidate, agreement(candidate, agent.shots)))
  return { findings: findings.filter(({ score }) => (score ?? 10) >= agent.minScore), leftOut }
}

/** What of a chunk a model gets to see. */
export function shownParagraphs(paragraphs: Paragraph[]): Paragraph[] {
  return paragraphs.filter(({ role, text }) => role === 'body' && visibleLine(text) !== '')
}

/** Waits for all, so that what a failed part has got is in the journal when it is run again. */
async function askForIssues(
  agent: LlmAgent,
  paragraphs: Paragraph[],
  { models, document, repeat, place, span, signal }: ModelRun,
): Promise<FoundIssues[]> {
  const question = {
    ...questionOf(agent, agent.reviewer, paragraphs),
    messages: reviewerMessages(agent, paragraphs),
    schema: FoundIssues,
    schemaName: 'found_issues',
    place,
    document,
    span,
    signal,
  }
  const shots = Array.from({ length: agent.shots }, (_, shot) =>
    models.ask({ ...question, sample: `agent ${repeat}/${shot}` }),
  )
  const settled = await Promise.allSettled(shots)
  return settled.map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
}

async function judge(
  agent: LlmAgent,
  consolidator: ModelPrompt,
  part: { candidates: Candidate[]; paragraphs: Paragraph[]; run: ModelRun },
): Promise<Finding[]> {
  const { candidates, paragraphs, run } = part
  const { issues } = await run.models.ask({
    ...questionOf(agent, consolidator, paragraphs),
    messages: consolidatorMessages(agent, consolidator, { candidates, paragraphs }),
    schema: verdictsOn(candidates.length),
    schemaName: 'verdicts',
    sample: `consolidator ${run.repeat}/0`,
    place: run.place,
    document: run.document,
    span: run.span,
    signal: run.signal,
  })
  const verdicts = new Map<number, Verdict>(issues.map((verdict) => [verdict.comment_id, verdict]))
  return candidates.flatMap((candidate, id) => {
    const verdict = verdicts.get(id)
    return verdict?.suggested_action === 'KEEP' ? [toFinding(candidate, verdict.score)] : []
  })
}

function questionOf(
  { name, hash }: LlmAgent,
  { alias, parameters }: ModelPrompt,
  paragraphs: Paragraph[],
): Pick<Question<unknown>, 'agent' | 'alias' | 'parameters' | 'origin'> {
  const made = JSON.stringify([hash, paragraphLines(paragraphs)])
  const origin = createHash('sha256').update(made).digest('hex')
  return { agent: name, alias, parameters, origin }
}

/** One shot agrees with itself, which says nothing. */
function agreement({ foundBy }: Candidate, shots: number): number | null {
  return shots === 1 ? null : Math.round((10 * foundBy) / shots)
}

function toFinding({ quote, place, explanation, fix }: Candidate, score: number | null): Finding {
  const { text, sentence: sourceSentence } = place ?? quote
  const shared = { text, sourceSentence, explanation, suggestedFix: fix, score }
  if (place === null) return { ...shared, paragraph: null }
  const { paragraph, start, end } = place
  return { ...shared, paragraph, start, end }
}

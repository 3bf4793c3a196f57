import type { LlmAgent } from '../agent/agent.ts'
import { aggregateShots } from '../agent/aggregate-shots.ts'
import { FoundIssues, type Verdicts } from '../agent/answers.ts'
import { foldText } from '../agent/fold-text.ts'
import { createLocator } from '../agent/locate-quote.ts'
import { runLlmAgent, shownParagraphs } from '../agent/run-llm-agent.ts'
import { chunkParagraphs } from '../flow/chunk-paragraphs.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { ModelHost } from '../model/model-host.ts'
import { promptHash, type Recording, shotOf } from '../model/recordings.ts'
import type { Paragraph, ReviewDocument } from '../schema/document.ts'
import type { LabelledIssue } from '../schema/example.ts'
import type { Finding } from '../schema/issue.ts'
import { answerFromIssue, type IssueAnswer } from './answer-from-issue.ts'
import { createParagraphIndex } from '../place/paragraph-index.ts'
import { resolveIssue } from '../place/resolve-issue.ts'

type RecordedRun = ReadonlyMap<string, { issues: readonly LabelledIssue[]; error: string | null }>

export type RecordAnswersOptions = {
  agents: LlmAgent[]
  documents: ReadonlyMap<string, ReviewDocument>
  /** The first answers the first shot, the second the second; after the last comes the first. */
  runs: RecordedRun[]
  paragraphsPerChunk: number
  signal: AbortSignal
}

export type RecordedAnswers = {
  recordings: Recording[]
  /** Of the agents' types. */
  issues: number
  /** Of these, those that the agents find when they get the recorded answers. */
  found: number
  /** Documents on which a run failed: nothing is recorded, and a replay fails on them, too. */
  failed: string[]
}

/** Of a candidate whose recorded issue has none; the lowest that its agent keeps, if that is higher. */
const neutralScore = 5

/**
 * What a model would have answered to the prompts of some agents if it had found what was recorded, and
 * had kept all of it.
 * @throws UserFacingError recordings-ambiguous, when two documents ask the same and differ in the answer
 */
export async function recordAnswers(options: RecordAnswersOptions): Promise<RecordedAnswers> {
  const { agents, documents, runs, signal } = options
  const keeper = createKeeper()
  const result: Omit<RecordedAnswers, 'recordings'> = { issues: 0, found: 0, failed: [] }
  for (const [id, document] of documents) {
    if (runs.some((run) => run.get(id)?.error)) {
      result.failed.push(id)
      continue
    }
    for (const agent of agents) {
      signal.throwIfAborted()
      const own = runs.map((run) =>
        (run.get(id)?.issues ?? []).filter(({ type }) => type === agent.type),
      )
      const findings = await recordDocument({ id, document, agent, runs: own }, keeper, options)
      const issues = own.flat()
      result.issues += issues.length
      result.found += issues.filter((issue) => findings.some((one) => isSame(issue, one))).length
    }
  }
  return { recordings: keeper.recordings(), ...result }
}

type Task = {
  id: string
  document: ReviewDocument
  agent: LlmAgent
  /** Issues of the agent's type. */
  runs: LabelledIssue[][]
}

/** Runs the agent on recorded answers, so that what is asked is what a review asks. */
async function recordDocument(
  { id, document, agent, runs }: Task,
  keeper: Keeper,
  { paragraphsPerChunk, signal }: RecordAnswersOptions,
): Promise<Finding[]> {
  const chunks = chunkParagraphs(document.paragraphs, paragraphsPerChunk)
  const homeOf = createHomes(document, chunks)
  const findings: Finding[] = []
  for (const [index, chunk] of chunks.entries()) {
    const own = runs.map((issues) => issues.filter((issue) => homeOf(issue) === index))
    const models = answerFrom(own, { agent, shown: shownParagraphs(chunk) }, (prompt, answer) =>
      keeper.keep(prompt, { answer, document: id }),
    )
    findings.push(...(await runLlmAgent(agent, chunk, { models, repeat: 0, signal })).findings)
    keeper.next()
  }
  return findings
}

/** The chunk that shows an issue; the first for what stands nowhere. */
function createHomes(document: ReviewDocument, chunks: Paragraph[][]) {
  const index = createParagraphIndex(document.paragraphs)
  const chunkOf = new Map(
    chunks.flatMap((chunk, at) => chunk.map((paragraph) => [paragraph.index, at] as const)),
  )
  return (issue: LabelledIssue): number => {
    const position = index.position(issue.location.paragraph)
    const at = position ?? resolveIssue(issue, index)?.position
    return at === undefined ? 0 : (chunkOf.get(index.number(at)) ?? 0)
  }
}

/** A host that knows all answers about one chunk. */
function answerFrom(
  runs: LabelledIssue[][],
  { agent, shown }: { agent: LlmAgent; shown: Paragraph[] },
  onAnswer: (prompt: string, answer: string) => void,
): Pick<ModelHost, 'ask'> {
  const place = { paragraphs: shown, locate: createLocator(shown) }
  const scores = new Map<string, number>()
  const byRun = runs.map((issues) =>
    issues.map((issue) => {
      const found = answerFromIssue(issue, place)
      if (typeof issue.score === 'number') scores.set(keyOf(found), issue.score)
      return found
    }),
  )
  const shots = Array.from({ length: agent.shots }, (_, shot) => byRun[shot % byRun.length] ?? [])
  const judge = (): Verdicts => verdictsOn(shots, { agent, shown, scores })
  return {
    async ask(question) {
      const isReview = Object.is(question.schema, FoundIssues)
      const value = isReview ? { issues: shots[shotOf(question.sample)] } : judge()
      onAnswer(promptHash(question), JSON.stringify(value))
      return question.schema.parse(value)
    },
  }
}

function verdictsOn(
  shots: IssueAnswer[][],
  parts: { agent: LlmAgent; shown: Paragraph[]; scores: ReadonlyMap<string, number> },
): Verdicts {
  const { agent, shown, scores } = parts
  const answers = shots.map((issues) => ({ issues }))
  const { candidates } = aggregateShots(answers, shown)
  const issues = candidates.map(({ quote }, comment_id) => {
    const { paragraph: para_index, text, sentence: source_sentence } = quote
    const recorded = scores.get(keyOf({ para_index, text, source_sentence }))
    const score = recorded ?? Math.max(neutralScore, Math.ceil(agent.minScore))
    return {
      comment_id,
      reason_for_suggested_action: 'It was recorded.',
      suggested_action: 'KEEP' as const,
      score: Math.min(10, Math.max(0, Math.round(score))),
    }
  })
  return { issues }
}

function keyOf(answer: Pick<IssueAnswer, 'para_index' | 'text' | 'source_sentence'>): string {
  const { para_index, text, source_sentence } = answer
  return JSON.stringify([para_index, text, source_sentence])
}

function isSame({ text, suggestedFix, location }: LabelledIssue, finding: Finding): boolean {
  const fix = suggestedFix === finding.text ? null : (suggestedFix ?? null)
  if (finding.suggestedFix !== fix) return false
  const { paragraph, start, end } = location
  if (start === undefined) return foldText(finding.text).text === foldText(text).text
  return finding.paragraph === paragraph && finding.start === start && finding.end === end
}

type Kept = { answers: string[]; document: string }

/** Answers by prompt, in the order in which they were first asked for. */
type Keeper = {
  keep(prompt: string, part: { answer: string; document: string }): void
  /** What follows is about another chunk or agent, where each prompt begins with its first shot. */
  next(): void
  recordings(): Recording[]
}

function createKeeper(): Keeper {
  const all = new Map<string, Kept>()
  const current = new Map<string, Kept>()
  return {
    keep(prompt, { answer, document }) {
      const kept = current.get(prompt) ?? { answers: [], document }
      kept.answers.push(answer)
      current.set(prompt, kept)
    },
    next() {
      for (const [prompt, kept] of current) {
        const known = all.get(prompt)
        if (known && known.answers.join('\n') !== kept.answers.join('\n')) {
          throw ambiguous(known, kept)
        }
        all.set(prompt, known ?? kept)
      }
      current.clear()
    },
    recordings: () =>
      [...all].map(([prompt, { answers }]) => {
        const [first = ''] = answers
        return { prompt, answers: answers.every((one) => one === first) ? [first] : answers }
      }),
  }
}

function ambiguous(one: Kept, other: Kept): UserFacingError {
  return new UserFacingError(
    'recordings-ambiguous',
    `The documents ${one.document} and ${other.document} make the same prompt, and what was found in them differs: a recording cannot tell them apart. Leave one out.`,
  )
}

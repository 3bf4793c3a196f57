// What an author learns of a hidden set from what a gate says, on the real issue lists of data/issue-spans:
// a submission answers each document as one of several models did that are about as good as each other, so
// that no choice of models is better in truth than another. Of the 84 documents 60 are hidden and 24 are
// fresh, drawn anew for each seed; what an author gains on the hidden ones and not on the fresh is overfit.
//     node --conditions=proofloop-source bench/gate-leak.ts [--seeds 200] [--submissions 200]
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { type Counts, noCounts, scores, sumCounts } from '../src/evaluation/metrics.ts'
import { clusteredInterval } from '../src/evaluation/interval.ts'
import { matchIssues } from '../src/evaluation/match-issues.ts'
import { createRandom, type Random } from '../src/evaluation/random.ts'
import { tQuantile } from '../src/evaluation/special-functions.ts'
import { decide } from '../src/gate/decide.ts'

const data = new URL('../../shared/data/issue-spans/', import.meta.url)
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    submissions: { type: 'string', default: '200' },
  },
})
const seeds = Number(values.seeds)
const submissions = Number(values.submissions)
const hidden = 60
/** Models whose score is at most so far from the middle one's take part. */
const alike = 0.04
/** Share of the documents that one rule of a prompt changes. */
const touched = 0.1

const Line = z.object({
  doc_id: z.string(),
  type: z.string(),
  text: z.string(),
  para_index: z.int().nullish(),
  start_utf16: z.int().nullish(),
  end_utf16: z.int().nullish(),
})
const DocumentLine = z.object({
  doc_id: z.string(),
  paragraphs: z.array(z.object({ para_index: z.int(), text: z.string() })),
})

function lines<T>(schema: z.ZodType<T>, file: string): T[] {
  const texts = readFileSync(new URL(file, data), 'utf8').split('\n')
  return texts.filter((text) => text.trim() !== '').map((text) => schema.parse(JSON.parse(text)))
}

type ByType = Readonly<Record<string, Counts>>
/** What a model's answer to each document is worth. */
type Model = { name: string; documents: ByType[] }

function loadModels(): Model[] {
  const documents = lines(DocumentLine, 'documents.jsonl')
  const issuesOf = (file: string) => Map.groupBy(lines(Line, file), ({ doc_id }) => doc_id)
  const gold = issuesOf('gold.jsonl')
  const toIssue = (line: z.infer<typeof Line>) => ({
    type: line.type,
    text: line.text,
    location: { paragraph: line.para_index, start: line.start_utf16, end: line.end_utf16 },
  })
  return readdirSync(fileURLToPath(new URL('systems', data))).map((file) => {
    const found = issuesOf(`systems/${file}`)
    const counts = documents.map(({ doc_id, paragraphs }) => {
      const [detections, truths] = [found, gold].map((side) =>
        (side.get(doc_id) ?? []).map(toIssue),
      )
      return matchIssues(detections ?? [], truths ?? [], {
        paragraphs: paragraphs.map(({ para_index, text }) => ({ index: para_index, text })),
      }).perType
    })
    return { name: file.replace('.jsonl', ''), documents: counts }
  })
}

function scoreOf(rows: readonly ByType[]): number {
  return scores(sumCounts(rows.flatMap((row) => Object.values(row))), 0.5).f ?? 0
}

/** Those around the middle, as many as are alike. */
function alikeOnes(all: readonly Model[]): Model[] {
  const scored = all.map((model) => ({ model, score: scoreOf(model.documents) }))
  const middle =
    scored.toSorted((a, b) => a.score - b.score)[Math.floor(all.length / 2)]?.score ?? 0
  return scored.filter(({ score }) => Math.abs(score - middle) <= alike).map(({ model }) => model)
}

const models = alikeOnes(loadModels())
const types = [...new Set(models.flatMap(({ documents }) => documents.flatMap(Object.keys)))]

/** The model that answers each document. */
type Prompt = readonly number[]

function uniform(random: Random): number {
  return random.next() / 2 ** 32
}

function withRule(prompt: Prompt, rule: number, seed: number): Prompt {
  const random = createRandom(`rule/${seed}/${rule}`)
  return prompt.map((model) => {
    const [touches, next] = [uniform(random) < touched, random.int(models.length)]
    return touches ? next : model
  })
}

type Trial = { seed: number; test: number[]; fresh: number[]; base: Prompt }

function draw(seed: number): Trial {
  const random = createRandom(`split/${seed}`)
  const order = (models[0]?.documents ?? []).map((_, i) => ({ i, at: random.next() }))
  const shuffled = order.toSorted((a, b) => a.at - b.at).map(({ i }) => i)
  const base = shuffled.map(() => random.int(models.length))
  return { seed, test: shuffled.slice(0, hidden), fresh: shuffled.slice(hidden), base }
}

function rowsOf(prompt: Prompt, documents: readonly number[]): ByType[] {
  return documents.map((document) => models[prompt[document] ?? 0]?.documents[document] ?? {})
}

function agentsOf(rows: readonly ByType[]): Record<string, Counts[]> {
  return Object.fromEntries(types.map((type) => [type, rows.map((row) => row[type] ?? noCounts)]))
}

/** Says something of a prompt on the hidden documents; higher is better, null says nothing more. */
type Oracle = (prompt: Prompt, best: Prompt) => number | null
type MakeOracle = (trial: Trial) => Oracle

const raw: MakeOracle =
  ({ test }) =>
  (prompt) =>
    scoreOf(rowsOf(prompt, test))

const rounded: MakeOracle = (trial) => {
  const tell = raw(trial)
  return (prompt, best) => Math.round((tell(prompt, best) ?? 0) * 100) / 100
}

/** One bit against what is in production, which the prompt does not replace while it is not merged. */
function passOrNot(budget: number): MakeOracle {
  return ({ test, base }) => {
    const baseline = agentsOf(rowsOf(base, test))
    let left = budget
    return (prompt) => {
      if (left === 0) return null
      left -= 1
      const candidate = agentsOf(rowsOf(prompt, test))
      return decide({ baseline, candidate, anchor: baseline }).verdict === 'PASS' ? 1 : 0
    }
  }
}

/** Keeps a rule when what is said is better than what was said of the best so far. */
function climb(trial: Trial, oracle: Oracle): Prompt {
  let best = trial.base
  let said = oracle(best, best) ?? 0
  for (let rule = 0; rule < submissions; rule += 1) {
    const next = withRule(best, rule, trial.seed)
    const answer = oracle(next, best)
    if (answer === null) return best
    if (answer > said || (answer === said && answer === 1)) [best, said] = [next, answer]
  }
  return best
}

/**
 * Asks about each rule by itself, then gives each document the model that was in prompts of which more was
 * said than of all on average.
 */
function reconstruct(trial: Trial, oracle: Oracle): Prompt {
  const asked: { prompt: Prompt; answer: number }[] = []
  for (let rule = 0; rule < submissions; rule += 1) {
    const prompt = withRule(trial.base, rule, trial.seed)
    const answer = oracle(prompt, trial.base)
    if (answer === null) break
    asked.push({ prompt, answer })
  }
  const average = mean(asked.map(({ answer }) => answer))
  return trial.base.map((model, document) => {
    const votes = models.map((_, other) => {
      const answers = asked.filter(({ prompt }) => prompt[document] === other)
      return answers.length === 0 ? 0 : mean(answers.map(({ answer }) => answer)) - average
    })
    return bestOf(votes, model)
  })
}

function bestOf(votes: readonly number[], otherwise: number): number {
  const most = Math.max(...votes)
  return most > 0 ? votes.indexOf(most) : otherwise
}

/** In points: how much more the hidden documents gained than the fresh ones. */
function overfit({ test, fresh, base }: Trial, final: Prompt): number {
  const gain = (documents: number[]) =>
    scoreOf(rowsOf(final, documents)) - scoreOf(rowsOf(base, documents))
  return (gain(test) - gain(fresh)) * 100
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length
}

function summary(points: readonly number[]) {
  const n = points.length
  const center = mean(points)
  const deviation = Math.sqrt(points.reduce((sum, v) => sum + (v - center) ** 2, 0) / (n - 1))
  const half = (tQuantile(0.975, n - 1) * deviation) / Math.sqrt(n)
  const round = (value: number) => Math.round(value * 100) / 100
  const inErrors = round(center / 100 / standardError)
  return { overfit: round(center), from: round(center - half), to: round(center + half), inErrors }
}

const authors = { climb, reconstruct }
const oracles: Record<string, MakeOracle> = {
  'raw score': raw,
  'rounded to .01': rounded,
  [`pass or not, ${submissions} times`]: passOrNot(submissions + 1),
  'pass or not, 20 times': passOrNot(20),
  'pass or not, 10 times': passOrNot(10),
}

/** Of the score of a prompt on the hidden documents: what an overfit is to be held against. */
function errorOf({ test, base }: Trial): number {
  const pooled = rowsOf(base, test).map((row) => sumCounts(Object.values(row)))
  return clusteredInterval(pooled, { metric: 'f', beta: 0.5 }).se ?? Number.NaN
}

const trials = Array.from({ length: seeds }, (_, seed) => draw(seed))
const standardError = mean(trials.map(errorOf))
process.stdout.write(
  `${JSON.stringify({ standardErrorInPoints: standardError * 100, models: models.map(({ name, documents }) => [name, scoreOf(documents).toFixed(3)]) })}\n`,
)
for (const [author, attack] of Object.entries(authors)) {
  for (const [sees, make] of Object.entries(oracles)) {
    const points = trials.map((trial) => overfit(trial, attack(trial, make(trial))))
    process.stdout.write(`${JSON.stringify({ author, sees, ...summary(points) })}\n`)
  }
}

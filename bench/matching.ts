/**
 * Matching and metrics: CPU time against the reference method on real issue lists, and growth with
 * the number of issues. Prints one JSON value; both sides of each ratio are measured in this run.
 *
 *     node --conditions=proofloop-source bench/matching.ts
 *
 * Both sides run several rounds in several processes, in turns. The first round of a process is its
 * cold one; the others are warm, those while the machine code is still being made among them.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { type MatchableIssue, matchIssues } from '../src/evaluation/match-issues.ts'
import { cpuSeconds, median, processUsage } from './process-usage.ts'

const folder = fileURLToPath(new URL('../../shared/data/issue-spans/', import.meta.url))
const processes = 5
const ourRounds = 41
const referenceRounds = 3

const OurRounds = z.object({
  documents: z.int(),
  systems: z.int(),
  seconds: z.array(z.number()),
})
const ReferenceRounds = z.object({
  allPairs: z.array(z.number()),
  sameType: z.array(z.number()),
})

function fileBeside(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}

function output(command: string, args: readonly string[]): unknown {
  const { error, status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stderr}`)
  return JSON.parse(stdout)
}

function runOurs() {
  const script = fileBeside('matching-rounds.ts')
  const args = ['--conditions=proofloop-source', script, folder, String(ourRounds)]
  return OurRounds.parse(output(process.execPath, args))
}

function runReference() {
  const args = [fileBeside('reference-matcher.py'), folder, String(referenceRounds)]
  return ReferenceRounds.parse(output('python3', args))
}

function spread(seconds: readonly number[]) {
  return {
    median: median(seconds),
    least: Math.min(...seconds),
    most: Math.max(...seconds),
    rounds: seconds.length,
  }
}

function againstReference() {
  if (!existsSync(folder)) return { skipped: '../shared/data/issue-spans is not there' }
  const turns = Array.from({ length: processes }, () => ({
    ours: runOurs(),
    reference: runReference(),
  }))
  const reference = spread(turns.flatMap((turn) => turn.reference.allPairs))
  const sameType = spread(turns.flatMap((turn) => turn.reference.sameType))
  const cold = spread(turns.flatMap(({ ours }) => ours.seconds.slice(0, 1)))
  const warm = spread(turns.flatMap(({ ours }) => ours.seconds.slice(1)))
  return {
    documents: turns[0]?.ours.documents,
    systems: turns[0]?.ours.systems,
    referenceCpuSeconds: reference,
    referenceSameTypeCpuSeconds: sameType,
    coldCpuSeconds: cold,
    warmCpuSeconds: warm,
    warmMedianByProcess: turns.map(({ ours }) => median(ours.seconds.slice(1))),
    timesFasterCold: reference.median / cold.median,
    timesFasterWarm: reference.median / warm.median,
    timesFasterThanSameTypeWarm: sameType.median / warm.median,
  }
}

/** What a user's `evaluate` of one recorded run costs, above a Node that does nothing. */
async function wholeCommand() {
  if (!existsSync(folder)) return { skipped: '../shared/data/issue-spans is not there' }
  const outputs = `${folder}/systems/zeroshot-o3-mini.jsonl`
  const command = ['evaluate', '--dataset', folder, '--outputs', outputs, '--json']
  const empty: number[] = []
  const evaluate: number[] = []
  for (let round = 0; round < 9; round++) {
    empty.push((await processUsage(['-e', '0'])).cpuMs)
    evaluate.push((await processUsage(['bin/proofloop.js', ...command])).cpuMs)
  }
  return { cpuMs: median(evaluate), emptyNodeCpuMs: median(empty) }
}

const sentence =
  'The plan covers preventive care and you will need to pay the rest of it yourself. '

/** Half detections, half truths, five of each on a paragraph, most of them overlapping another. */
function synthetic(size: number): () => void {
  const count = size / 2
  const paragraphs = Array.from({ length: Math.ceil(count / 5) }, (_, index) => ({
    index,
    text: sentence.repeat(5),
  }))
  const issue = (i: number, shift: number): MatchableIssue => {
    const start = (i % 5) * sentence.length + 4 + shift
    const location = { paragraph: Math.floor(i / 5), start, end: start + 30 }
    return { type: i % 3 === 0 ? 'A' : 'B', text: '', location }
  }
  const truths = Array.from({ length: count }, (_, i) => issue(i, 0))
  const detections = Array.from({ length: count }, (_, i) => issue(i, (i * 7) % 20))
  return () => void matchIssues(detections, truths, { paragraphs })
}

function scaling() {
  const runs = [1_000, 10_000, 100_000].map((issues) => ({ issues, work: synthetic(issues) }))
  for (const { work } of runs) work()
  const times = runs.map(({ issues, work }) => {
    const rounds = Math.max(9, 20_000 / issues)
    const seconds = spread(Array.from({ length: rounds }, () => cpuSeconds(work)))
    return { issues, seconds }
  })
  const ratios = times
    .slice(1)
    .map(({ seconds }, i) => seconds.median / (times[i]?.seconds.median ?? 0))
  return { times, timeRatioPerTenfold: ratios }
}

const result = {
  reference: againstReference(),
  scaling: scaling(),
  wholeCommand: await wholeCommand(),
}
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)

import path from 'node:path'
import { asksModels, type LlmAgent } from '../../agent/agent.ts'
import { loadAgents } from '../../agent/load-agents.ts'
import { loadExampleDocuments } from '../../dataset/example-document.ts'
import { readExamples } from '../../dataset/read-dataset.ts'
import { readOutputs } from '../../dataset/read-outputs.ts'
import { createDocumentReader } from '../../document/document-reader.ts'
import { recordAnswers, type RecordedAnswers } from '../../evaluation/record-answers.ts'
import { findFlow } from '../../flow/find-flow.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import { writeWholeFile } from '../../lib/write-whole-file.ts'
import { toRecordings } from '../../model/recordings.ts'
import type { LabelledIssue } from '../../schema/example.ts'
import type { ReviewDocument } from '../../schema/document.ts'
import type { Io } from '../io.ts'

export type RecordOptions = {
  flow?: string
  dataset: string
  outputs: string[]
  to: string
  agents?: string[]
  paragraphsPerChunk: number
  ocr?: boolean
}

type Runs = Awaited<ReturnType<typeof readOutputs>>['byDocument'][]

/**
 * Writes what a model would have answered to a flow's prompts if it had found what is recorded, so that
 * the flow can be run again and again without one.
 * @returns 0; what goes wrong is thrown
 */
export async function record(options: RecordOptions, io: Io): Promise<number> {
  const { dataset, outputs, to, paragraphsPerChunk, ocr } = options
  const agents = await promptsOf(options, io)
  const examples = await readExamples(dataset, io.cwd)
  await using reader = createDocumentReader({ ocr })
  const documents = await loadExampleDocuments(examples, reader, { signal: io.signal })
  const runs = await readRuns(outputs, documents, io)
  refuseUnusedRuns(runs, agents)
  const { signal } = io
  const recorded = await recordAnswers({ agents, documents, runs, paragraphsPerChunk, signal })
  const text = toRecordings(recorded.recordings)
  const naming = { name: to, code: 'recordings-not-written' }
  await writeWholeFile(path.resolve(io.cwd, to), text, naming)
  report(recorded, { to, agents, runs, io })
  return 0
}

/** Whether their models are connected does not matter: these recordings are to be their answers. */
async function promptsOf({ flow, agents: only }: RecordOptions, io: Io): Promise<LlmAgent[]> {
  const folder = path.join(findFlow(flow, io.cwd), 'agents')
  const agents = await loadAgents(folder, only, { gap: () => null })
  const prompts = agents.filter(asksModels)
  if (prompts.length > 0) return prompts
  throw new UserFacingError(
    'no-agent-runs',
    'No agent of the flow is a prompt: there is nothing that a model would be asked.',
  )
}

async function readRuns(
  files: string[],
  documents: ReadonlyMap<string, ReviewDocument>,
  { cwd }: Io,
): Promise<Runs> {
  const texts = [...documents].map(([id, { paragraphs }]) => {
    return [id, paragraphs.map(({ text }) => text)] as const
  })
  const source = { cwd, documents: new Map(texts) }
  const runs: Runs = []
  for (const name of files) runs.push((await readOutputs({ ...source, name })).byDocument)
  return runs
}

function refuseUnusedRuns(runs: Runs, agents: LlmAgent[]): void {
  const short = agents.find(({ shots }) => shots < runs.length)
  if (short === undefined) return
  const { name, shots } = short
  throw new UserFacingError(
    'options-contradict',
    `--outputs is given ${runs.length} times, but ${name} asks ${shots === 1 ? 'once' : `${shots} times`}: each file answers one shot. Give fewer, or raise metadata.shots.`,
  )
}

function report(
  { recordings, issues, found, failed }: RecordedAnswers,
  { to, agents, runs, io }: { to: string; agents: LlmAgent[]; runs: Runs; io: Io },
): void {
  const count = (value: number): string => value.toLocaleString('en')
  io.stdout.write(
    `${printable(to)}: answers to ${count(recordings.length)} prompts of ${agents.length === 1 ? '1 agent' : `${agents.length} agents`}\n`,
  )
  io.stdout.write(`${count(found)} of ${count(issues)} recorded issues come back from them\n`)
  const warn = (text: string): unknown => io.stderr.write(`Warning: ${printable(text)}\n`)
  if (found < issues) {
    warn(
      `${issues - found} issues do not come back as they were: they are not literally in their document, score less than their agent keeps, or are too many for one part.`,
    )
  }
  if (failed.length > 0) {
    warn(`nothing is recorded for documents on which a run failed: ${failed.join(', ')}.`)
  }
  const lost = typesWithoutAgent(runs, agents)
  if (lost.length > 0) warn(`no agent reports the type ${lost.join(', ')}; it is left out.`)
}

function typesWithoutAgent(runs: Runs, agents: LlmAgent[]): string[] {
  const issues: LabelledIssue[] = runs.flatMap((run) => [...run.values()].flatMap((o) => o.issues))
  const types = new Set(issues.map(({ type }) => type))
  for (const { type } of agents) types.delete(type)
  return [...types].toSorted()
}

import type { ModelParameters } from '../schema/config.ts'
import type { PhraseMatcher } from './phrase-rules.ts'
import type { Prompt } from './prompt-messages.ts'

type LoadedBase = {
  status: 'loaded'
  name: string
  type: string
  /** Findings with a lower score are dropped. */
  minScore: number
  /** Those that it knows; null for any. */
  languages: string[] | null
  /** Of all files that decide what it finds. */
  hash: string
}

export type RulesAgent = LoadedBase & {
  engine: 'rules'
  phrases?: PhraseMatcher
  grammar?: { mute: Set<string> }
}

/** A prompt with the model that it is for, by its name in proofloop.config.ts. */
export type ModelPrompt = { alias: string; parameters: ModelParameters; prompt: Prompt }

export type LlmAgent = LoadedBase & {
  engine: 'llm'
  /** Independent requests for a chunk. */
  shots: number
  guidelines: string
  reviewer: ModelPrompt
  /** Judges what the shots have found; without it the score is how many of them agree. */
  consolidator: ModelPrompt | null
}

export type LoadedAgent = RulesAgent | LlmAgent

/** Names of the models that an agent asks, each once. */
export function modelsOf(agent: LoadedAgent): string[] {
  if (agent.engine === 'rules') return []
  const { reviewer, consolidator } = agent
  return [...new Set([reviewer.alias, ...(consolidator ? [consolidator.alias] : [])])]
}

/** By agent, the prompt that judges what it finds; rules and prompts without one are left out. */
export function judgesOf(agents: Agent[]): Map<string, ModelPrompt> {
  return new Map(
    agents.flatMap((agent) => {
      const judge = asksModels(agent) ? agent.consolidator : null
      return judge === null ? [] : [[agent.name, judge] as const]
    }),
  )
}

type SkippedAgent = { status: 'skipped'; name: string; type: string; reason: string }
export type Agent = LoadedAgent | SkippedAgent

export function asksModels(agent: Agent): agent is LlmAgent {
  return agent.status === 'loaded' && agent.engine === 'llm'
}

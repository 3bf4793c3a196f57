import { UserFacingError } from '../lib/errors.ts'
import type { ModelParameters } from '../schema/config.ts'
import type { ModelHost, Question } from './model-host.ts'

/** What a run would ask of one model, before anything is sent. Tokens are at about 4 bytes each. */
export type AskedOfModel = {
  alias: string
  model: string
  /** Questions that the journal answers. */
  cached: number
  /** Questions that would be sent. */
  requests: number
  /** More that may follow, to judge what the first ones find. */
  mayFollow: number
  /** Of `requests`. */
  input: number
  /** Null where nothing bounds the output. */
  outputAtMost: number | null
  /** With those that may follow, which are shown what the first ones answer. */
  allInputAtMost: number | null
  allOutputAtMost: number | null
}

/** The model that judges what an agent's questions find, with the agent's own parameters for it. */
export type Judge = { alias: string; parameters: ModelParameters }

export type DryRun = { models: ModelHost; asked: () => AskedOfModel[] }

/** What is asked about one part of a document in one run, once or several times. */
type Part = { judge: Judge; input: number; outputAtMost: number | null }

/**
 * A host that answers from the journal and counts everything else, so that a run over it finds out what
 * the real one would send.
 * @param judges by agent; one that has none is missing
 */
export function createDryRun(host: ModelHost, judges: ReadonlyMap<string, Judge>): DryRun {
  const byAlias = new Map<string, AskedOfModel>()
  const parts = new Map<string, Part>()
  const tallyOf = (alias: string): AskedOfModel => {
    const tally = byAlias.get(alias) ?? noneAsked(alias, host.settings(alias).model)
    byAlias.set(alias, tally)
    return tally
  }
  const ask = async <T>(question: Question<T>): Promise<T> => {
    const { alias, agent } = question
    const { cached, estimate } = await host.forecast(question)
    const tally = tallyOf(alias)
    if (cached) {
      tally.cached += 1
      return host.ask(question)
    }
    tally.requests += 1
    tally.input += estimate.input
    tally.outputAtMost = sum(tally.outputAtMost, estimate.outputAtMost)
    const judge = judges.get(agent)
    if (judge && !isJudging(question)) {
      const part = parts.get(partOf(question)) ?? { judge, input: 0, outputAtMost: 0 }
      part.input = Math.max(part.input, estimate.input)
      part.outputAtMost = sum(part.outputAtMost, estimate.outputAtMost)
      parts.set(partOf(question), part)
    }
    throw new UserFacingError('dry-run', `${agent} would ask ${alias}.`)
  }
  return {
    models: { ...host, ask },
    asked() {
      for (const { judge } of parts.values()) tallyOf(judge.alias)
      return [...byAlias.values()].map((tally) => {
        const own = [...parts.values()].filter(({ judge }) => judge.alias === tally.alias)
        return withJudging(tally, own, host.settings(tally.alias).parameters)
      })
    },
  }
}

function noneAsked(alias: string, model: string): AskedOfModel {
  const none = { cached: 0, requests: 0, mayFollow: 0, input: 0, outputAtMost: 0 }
  return { alias, model, ...none, allInputAtMost: 0, allOutputAtMost: 0 }
}

/** A judge sees about what its agent saw, and the answers. */
function withJudging(asked: AskedOfModel, parts: Part[], own: ModelParameters): AskedOfModel {
  let allInputAtMost: number | null = asked.input
  let allOutputAtMost = asked.outputAtMost
  for (const { judge, input, outputAtMost } of parts) {
    const answer = judge.parameters.maxOutputTokens ?? own.maxOutputTokens ?? null
    allInputAtMost = sum(allInputAtMost, sum(input, outputAtMost))
    allOutputAtMost = sum(allOutputAtMost, answer)
  }
  return { ...asked, mayFollow: parts.length, allInputAtMost, allOutputAtMost }
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b
}

/** The part of a document that a question is about, and the run: `agent 0/2` without its shot. */
function partOf({ agent, origin, sample }: Question<unknown>): string {
  return `${agent} ${origin} ${sample.split('/')[0]}`
}

/** Then the answers are there, and nothing follows. */
function isJudging({ sample }: Question<unknown>): boolean {
  return sample.startsWith('consolidator')
}

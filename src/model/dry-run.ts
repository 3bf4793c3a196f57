import { UserFacingError } from '../lib/errors.ts'
import type { ModelHost, Question } from './model-host.ts'

/** What a run would ask of one model, before anything is sent. */
export type AskedOfModel = {
  alias: string
  model: string
  /** Questions that the journal answers. */
  cached: number
  /** Questions that would be sent. */
  requests: number
  /** More that may follow, to judge what the first ones find. */
  mayFollow: number
  /** Tokens of `requests`, at about 4 characters a token. */
  input: number
  /** Null where nothing bounds the output. */
  outputAtMost: number | null
}

export type DryRun = { models: ModelHost; asked: () => AskedOfModel[] }

/**
 * A host that answers from the journal and counts everything else, so that a run over it finds out what
 * the real one would send.
 */
export function createDryRun(host: ModelHost): DryRun {
  const byAlias = new Map<string, AskedOfModel & { parts: Set<string> }>()
  const tallyOf = (alias: string) => {
    const fresh = { alias, model: host.settings(alias).model, cached: 0, requests: 0, mayFollow: 0 }
    const tally = byAlias.get(alias) ?? { ...fresh, input: 0, outputAtMost: 0, parts: new Set() }
    byAlias.set(alias, tally)
    return tally
  }
  const ask = async <T>(question: Question<T>): Promise<T> => {
    const { cached, estimate } = await host.forecast(question)
    const tally = tallyOf(question.alias)
    if (cached) {
      tally.cached += 1
      return host.ask(question)
    }
    tally.requests += 1
    tally.input += estimate.input
    const { outputAtMost } = estimate
    const known = tally.outputAtMost !== null && outputAtMost !== null
    tally.outputAtMost = known ? (tally.outputAtMost ?? 0) + (outputAtMost ?? 0) : null
    tally.parts.add(partOf(question))
    throw new UserFacingError('dry-run', `${question.agent} would ask ${question.alias}.`)
  }
  return {
    models: { ...host, ask },
    asked: () =>
      [...byAlias.values()].map(({ parts, ...tally }) => ({ ...tally, mayFollow: parts.size })),
  }
}

/** The part of a document that a question is about, and the run: the number before the slash. */
function partOf({ origin, sample }: Question<unknown>): string {
  return `${origin} ${sample.split('/')[0]}`
}

import type { EvaluationDetails } from '../schema/evaluation-details.ts'
import type { ModelAccount } from '../schema/model.ts'
import type { EvaluatedDocument, Repeat } from './evaluate-outputs.ts'
import { listMistakesInContext } from './mistake-context.ts'

const mostMistakes = 2000

type Measured = {
  evaluated: readonly EvaluatedDocument[]
  repeats: readonly Repeat[]
  account?: ModelAccount
}

/** What is kept beside the counts of an evaluation. */
export function detailsOf({ evaluated, repeats, account }: Measured): EvaluationDetails {
  const mistakes = listMistakesInContext(evaluated)
  const reasons = repeats.flatMap((repeat) =>
    [...repeat.values()].flatMap(({ error }) => error ?? []),
  )
  const failures = [...Map.groupBy(reasons, (reason) => reason)].map(([reason, own]) => {
    return { reason, runs: own.length }
  })
  const asked = account !== undefined && account.requests + account.cached > 0
  return {
    mistakes: mistakes.slice(0, mostMistakes),
    mistakesLeftOut: Math.max(0, mistakes.length - mostMistakes),
    account: asked ? account : null,
    failures,
  }
}

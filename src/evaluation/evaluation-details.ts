import type { EvaluationDetails, MistakeInContext } from '../schema/evaluation-details.ts'
import type { ModelAccount } from '../schema/model.ts'
import type { EvaluatedDocument } from './evaluate-outputs.ts'
import { listMistakesInContext } from './mistake-context.ts'

const mostMistakes = 2000
/** Of their JSON: code of a flow may report issues as long as it likes. */
const mostCharacters = 16 * 2 ** 20

type Measured = {
  evaluated: readonly EvaluatedDocument[]
  account?: ModelAccount
}

/** What is kept beside the counts of an evaluation. */
export function detailsOf({ evaluated, account }: Measured): EvaluationDetails {
  const mistakes = listMistakesInContext(evaluated)
  const kept = firstThatFit(mistakes)
  const reasons = evaluated.flatMap(({ repeats }) =>
    repeats.flatMap(({ output }) => output.error ?? []),
  )
  const failures = [...Map.groupBy(reasons, (reason) => reason)].map(([reason, own]) => {
    return { reason, runs: own.length }
  })
  const asked = account !== undefined && account.requests + account.cached > 0
  return {
    mistakes: kept,
    mistakesLeftOut: mistakes.length - kept.length,
    account: asked ? account : null,
    failures,
  }
}

function firstThatFit(mistakes: readonly MistakeInContext[]): MistakeInContext[] {
  const first = mistakes.slice(0, mostMistakes)
  let room = mostCharacters
  const end = first.findIndex((mistake) => (room -= JSON.stringify(mistake).length) < 0)
  return end === -1 ? first : first.slice(0, end)
}

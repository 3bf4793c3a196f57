import type { ChangeStage } from '../schema/change-views.ts'
import { type KnownChange, toldGate } from './view-change.ts'

/** Where it is: the same for everybody. */
export function stageNow(known: KnownChange, now: number): ChangeStage {
  const { change, revision, checks, gate, request } = known
  if (change.state === 'closed') return 'closed'
  if (change.state === 'merged') return request === null ? 'waits-for-audit' : 'deployable'
  if (change.author === null) return 'not-an-engineer'
  if (revision !== null && revision.tree === null) return 'conflict'
  const answer = gate && toldGate(gate, now)
  const others = checks.filter(({ name }) => name !== 'gate')
  if (answer?.passed === false || others.some(({ outcome }) => outcome === 'fail')) {
    return 'not-passed'
  }
  if (answer?.passed === true) return 'waits-for-approval'
  return gate === null ? 'checking' : 'waits-for-gate'
}

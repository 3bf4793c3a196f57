import type { Actor } from '../access/actor.ts'
import { record } from '../access/audit.ts'
import { signOverride } from '../gate/sign-override.ts'
import { UserFacingError } from '../lib/errors.ts'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import type { Decision, StoredChange } from '../schema/stored-change.ts'
import { audienceOf, type ChangeAudience } from './change-audience.ts'
import type { ChangeHost } from './change-host.ts'
import { isReview } from './forge-reviews.ts'
import {
  isAbout,
  isPassedNow,
  lastWords,
  type NotCounted,
  whyNotCounted,
} from './count-approvals.ts'
import { overridingOf } from './judge-receipt.ts'
import { type KnownChange, knownChange } from './known-change.ts'
import { changeContext } from './observe-change.ts'
import type { ObservedChange } from './observed-change.ts'

export type DecisionRequest = {
  decision: Decision
  /** What the person has looked at. */
  head: string
  tree: string
  /** Whose figures they have looked at. */
  gate?: string
  reason?: string
}

/**
 * Keeps what somebody decides about exactly what they have looked at. What their newest decision says already is not
 * kept again: whoever heard no answer sends it anew, perhaps after it was merged for that.
 * @throws UserFacingError change-not-open, own-change, approver-needed, custodian-needed, too-many-commits,
 * figures-not-yours, change-moved, reason-missing, gate-not-passed, not-overridable
 */
export async function decideOnChange(
  host: ChangeHost,
  actor: Actor,
  { change, ...request }: DecisionRequest & { change: StoredChange },
): Promise<void> {
  const { store } = host
  const known = await knownChange(host, await changeContext(host), change)
  const { observed } = known
  const isSaid = isSaidAlready(observed, actor, request)
  if (isSaid && change.state === 'merged') return
  requireDecider(observed, actor)
  requireUnmoved(observed, request)
  requireReason(request)
  requireDecidable(known, request, audienceOf(actor, observed))
  if (isSaid) return
  const { decision, head, tree, reason = null } = request
  const solo = observed.isSolo && change.author === actor.id
  const about = {
    id: timeOrderedId(),
    change: change.id,
    person: actor.id,
    head,
    tree,
    reason,
    solo,
  }
  const { id } = about
  const override = decision === 'overridden' ? await signed(host, observed, about) : null
  const details = { decision, tree, decided: id }
  await record(store, actor, { action: 'change-decided', subject: change.id, details })
  await store.changes.decide({
    ...about,
    decision,
    gate: decision === 'changes-requested' ? null : (observed.gate?.id ?? null),
    record: override,
    reasonTold: isReasonTold(decision),
  })
}

/** Within which what somebody says again was sent again; later they mean it again, perhaps after a word elsewhere. */
const sentAgainWithin = 60_000

function isSaidAlready(
  observed: ObservedChange,
  { id }: Pick<Actor, 'id'>,
  { decision, head, tree, reason, gate = observed.gate?.id }: DecisionRequest,
): boolean {
  const said = lastWords(observed).findLast(({ person }) => person === id)
  return (
    said !== undefined &&
    !isReview(said) &&
    observed.now - said.decidedAt < sentAgainWithin &&
    said.decision === decision &&
    said.reason === (reason ?? null) &&
    isAbout(said, { head, tree }) &&
    (decision === 'changes-requested' || said.gate === (gate ?? null))
  )
}

/** Merge and deployment believe no row: what overrides the gate names its receipt, and is signed as that is. */
async function signed(
  host: ChangeHost,
  { gate }: ObservedChange,
  about: Parameters<typeof overridingOf>[0],
): Promise<string> {
  const stored = gate && (await host.store.gates.get(gate.id))
  if (stored?.receipt == null) throw new Error('A gate is overridden that has no receipt.')
  const { id, receipt, candidate: version } = stored
  const signingKey = await host.gate.signingKey()
  const overriding = overridingOf(about, { gate: id, receipt, version })
  return signOverride(overriding, { signingKey, splitKey: host.splitKey, now: host.now() })
}

/** Whoever is asked for something else is told for what. */
function isReasonTold(decision: Decision): boolean {
  return decision === 'changes-requested'
}

function requireDecider(observed: ObservedChange, actor: Pick<Actor, 'id'>): void {
  const { change } = observed
  if (change.state !== 'open') {
    throw new UserFacingError('change-not-open', `Change ${change.number} is ${change.state}.`)
  }
  const why = whyNotCounted(observed, actor.id)
  if (why !== null) throw notCounted(why, observed)
}

function notCounted(why: NotCounted, { revision }: ObservedChange): UserFacingError {
  switch (why) {
    case 'own-change':
      return new UserFacingError('own-change', 'Who proposes a change does not decide about it.')
    case 'own-commits':
      return new UserFacingError('own-change', 'Who wrote commits of a change does not decide.')
    case 'own-question':
      return new UserFacingError(
        'own-change',
        'Who asked the gate about a version does not decide.',
      )
    case 'no-approver':
      return (revision?.policyFiles.length ?? 0) > 0
        ? new UserFacingError(
            'custodian-needed',
            'It touches files that decide how changes are judged: a custodian decides about it.',
          )
        : new UserFacingError('approver-needed', 'It takes somebody with the role approver.')
    case 'too-many-commits':
      return new UserFacingError(
        'too-many-commits',
        'It has more commits than are looked at for who wrote them: nobody can decide about it before they are squashed.',
      )
  }
}

function requireUnmoved(
  { revision, gate }: ObservedChange,
  { head, tree, gate: looked = gate?.id }: Pick<DecisionRequest, 'head' | 'tree' | 'gate'>,
): void {
  if (!isAbout({ head, tree }, revision)) {
    throw new UserFacingError(
      'change-moved',
      'What would be merged now is something else than what you looked at. Look at it again.',
    )
  }
  if (looked === gate?.id) return
  throw new UserFacingError(
    'change-moved',
    'The gate was asked anew since you looked: its figures are others. Look at it again.',
  )
}

function requireReason({ decision, reason }: DecisionRequest): void {
  if (decision === 'approved' || reason !== undefined) return
  const readers = isReasonTold(decision)
    ? 'its author reads it, as everybody who sees the change'
    : 'approvers and custodians read it'
  throw new UserFacingError('reason-missing', `Say why, in 10 to 2000 characters: ${readers}.`)
}

/** Whether the gate could tell is for those who may see its figures: others hear nothing of it here. */
function requireDecidable(
  { observed: { gate, isSolo } }: KnownChange,
  { decision }: DecisionRequest,
  { judges }: ChangeAudience,
): void {
  if (decision === 'approved' && !isPassedNow(gate)) {
    throw new UserFacingError(
      'gate-not-passed',
      'It can be approved once the gate was passed by what would be merged now.',
    )
  }
  if (decision !== 'overridden') return
  if (!judges && !isSolo) {
    throw new UserFacingError(
      'figures-not-yours',
      'Only who may see what the gate measured can decide without its word.',
    )
  }
  if (gate?.cannotTell !== true) {
    throw new UserFacingError(
      'not-overridable',
      'Only a gate that answered that it cannot tell can be overridden, and this one did not.',
    )
  }
}

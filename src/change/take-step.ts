import { startAudit } from '../gate/audit-gate.ts'
import { advanceCheck } from './advance-check.ts'
import { measuredOf } from './advancing.ts'
import type { ChangeHost } from './change-host.ts'
import type { ChangeStep, StopReason } from './change-step.ts'
import { untoldOfReviews } from './change-story.ts'
import { provenBy } from './count-approvals.ts'
import { stoppedKey } from './decide-merged.ts'
import { endCheck } from './end-check.ts'
import { look } from './look.ts'
import { mergeChange, refuseMerge, tellMerge } from './merge-change.ts'
import { unguardedText } from './merge-refusals.ts'
import { notificationSteps } from './notify/notification-steps.ts'
import type { NewReview, ObservedChange, SeenOnForge } from './observed-change.ts'
import { recordOnce, server } from './record-once.ts'
import { sentences } from './sentences.ts'
import { tellEvents } from './tell-events.ts'

type Seen = ObservedChange & { seen: SeenOnForge }

/** Does what was decided. Whoever dies in the middle of it does it again, and it is done once. */
export async function takeStep(
  host: ChangeHost,
  observed: Seen,
  { step, signal }: { step: ChangeStep; signal: AbortSignal },
): Promise<void> {
  const { changes } = host.store
  const { change, revision } = observed
  switch (step.do) {
    case 'look':
      return look(host, observed, observed.seen)
    case 'note-queue-tests': {
      if (revision === null) return
      const { seenAt: _, ...same } = revision
      await changes.addRevision({ ...same, sequence: same.sequence + 1, testedOn: 'queue' })
      return
    }
    case 'note-state': {
      const { state, mergedAs } = step
      // Before it is merged here: from then on, nobody asks the forge what somebody said of it.
      if (state === 'merged') await tellEvents(host, observed, untoldOfReviews(observed))
      return changes.update(change.id, { state, mergedAs })
    }
    case 'record-review':
      return recordReview(host, observed, step.review)
    case 'start-check': {
      const { name, attempt } = step
      const key = { change: change.id, tree: revision?.tree ?? '', name, attempt }
      await changes.startCheck({ ...key, subject: null })
      return
    }
    case 'advance':
      return advanceCheck(host, { observed, check: step.check, signal })
    case 'end-check':
      return endCheck(host, step.check, step.end)
    case 'tell-merge':
      return tellMerge(host, observed, step)
    case 'merge':
      return mergeChange(host, observed, step)
    case 'note-unguarded': {
      const { guard } = step
      return refuseMerge(host, observed, { about: guard.code, text: unguardedText(guard) })
    }
    case 'start-audit':
      return audit(host, observed, step.attempt)
    case 'stop':
      return stop(host, observed, step.why)
    case 'request-deployment':
      return requestDeployment(host, observed)
    case 'wait':
      return
  }
}

async function recordReview(
  { store }: ChangeHost,
  { change, revision, gate: asked }: ObservedChange,
  { id, person, decision, solo }: NewReview,
): Promise<void> {
  if (revision === null || revision.tree === null) return
  const { head, tree } = revision
  const details = { decision, tree, review: id }
  await recordOnce(store, { id: person }, { action: 'change-decided', subject: change.id, details })
  const said = { id, change: change.id, person, decision, solo, head, tree }
  const gate = decision === 'approved' ? (asked?.id ?? null) : null
  const untold = { reason: null, reasonTold: false, record: null }
  await store.changes.decide({ ...said, gate, ...untold })
}

/** The story knows how often it was tried: so it is told when it begins, and not without. */
async function audit(host: ChangeHost, observed: ObservedChange, attempt: number): Promise<void> {
  const { store } = host
  const { change, gate } = observed
  if (gate === null) throw new Error('A change is audited that no gate was asked about.')
  const details = { change: change.id, attempt }
  const event = { action: 'gate-audited' as const, subject: gate.id, details }
  const told = { key: `audit:${attempt}`, kind: 'audit-started' as const, person: null, text: '' }
  await startAudit(host, {
    requester: measuredOf(observed).author,
    gate: gate.id,
    merged: true,
    overridden: provenBy(observed)?.override != null,
    begins: () => recordOnce(store, server, event),
    tell: (steps) => store.changes.tell({ ...told, change: change.id }, steps),
  })
}

async function stop(host: ChangeHost, observed: ObservedChange, why: StopReason): Promise<void> {
  const { store } = host
  const { change } = observed
  const key = stoppedKey(observed, why)
  const details = { why, key }
  await recordOnce(store, server, { action: 'change-stopped', subject: change.id, details })
  const text = sentences.stopped[why]
  const stopped = { key, kind: 'stopped' as const, person: null, text }
  const steps = await notificationSteps(host, observed, stopped)
  await store.changes.tell({ ...stopped, change: change.id }, steps)
}

async function requestDeployment(host: ChangeHost, observed: ObservedChange): Promise<void> {
  const { store } = host
  const { change, revision, gate } = observed
  const stored = gate && (await store.gates.get(gate.id))
  if (stored?.receipt == null || revision?.tree == null || change.mergedAs === null) {
    throw new Error('A deployment is asked for of what was not merged or not gated.')
  }
  const proof = provenBy(observed)
  if (proof === null) throw new Error('A deployment is asked for without a receipt that fits.')
  const { version } = measuredOf(observed)
  const asked = { commit: change.mergedAs, tree: revision.tree, version, gate: stored.id }
  const event = { action: 'deployment-requested' as const, subject: change.id, details: asked }
  await recordOnce(store, server, event)
  const { receipt } = stored
  const override = proof.override?.record ?? null
  await store.changes.requestDeployment({ ...asked, change: change.id, receipt, override })
}

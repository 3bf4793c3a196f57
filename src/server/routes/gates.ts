import { record, recordShown } from '../../access/audit.ts'
import { type Actor, mayDo } from '../../access/actor.ts'
import type { ChangeSource } from '../../change/change-host.ts'
import { followAudit, followGate } from '../../change/follow-gate.ts'
import { isMerged } from '../../change/merged-gate.ts'
import { isOverridden } from '../../change/overridden-gate.ts'
import { ownVersions } from '../../change/parts-in-versions.ts'
import { startAudit } from '../../gate/audit-gate.ts'
import { gateAsked, gateCalls } from '../../gate/gate-calls.ts'
import { gateDataset } from '../../gate/gate-dataset.ts'
import { gateDocuments } from '../../gate/gate-documents.ts'
import type { GateHost } from '../../gate/gate-host.ts'
import { auditEntry, authorGate, gateEntry, gateReport } from '../../gate/gate-views.ts'
import { gateComparison } from '../../gate/judge-gate.ts'
import { markedVersions } from '../../gate/mark-reference.ts'
import { measureAgain } from '../../gate/measure-again.ts'
import { overfitNow } from '../../gate/overfit-monitor.ts'
import { publicKeyOf } from '../../gate/sign-receipt.ts'
import { slotUse } from '../../gate/slot-use.ts'
import { budgetOf, startGate } from '../../gate/start-gate.ts'
import { endWhenOver } from '../../gate/time-limit.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { peopleNames } from '../../review/people-names.ts'
import { isDemo } from '../../schema/gate-settings.ts'
import type { StoredGate } from '../../schema/stored-gate.ts'
import type { Store } from '../../store/store.ts'
import { nameOfExample } from '../name-of-example.ts'
import type { Implementer } from '../implementer.ts'
import { requireFigures } from '../require-figures.ts'
import { figuresFor } from './references.ts'

type Asking = Omit<GateHost, 'store'> & {
  store: Store
  /** Null: the server's configuration names no repository, and nobody overrides. */
  changes: ChangeSource | null
}

/** `store` tells its reader what they may see; `beyond` asks and measures. */
type Host = Asking & { beyond: Asking }

/** Of which custodians read how long they took. */
const lastGates = 10

/** The gate, as authors, approvers and custodians see it. */
export function gateRoutes(os: Implementer['gates'], host: Host) {
  const { store, beyond } = host
  return {
    ...authorRoutes(os, host),
    ...documentRoutes(os, host),
    ...auditRoutes(os, host),
    key: os.key.handler(async () => ({ publicKey: publicKeyOf(await host.gate.signingKey()) })),
    list: os.list.handler(async ({ input: { after, limit }, context: { actor } }) => {
      requireFigures(actor)
      const found = await store.gates.list({ limit, ...(await beforeOf(store, after)) })
      const judged = await withoutOwn(host, actor, found)
      const nameOf = await peopleNames(store)
      const items = judged.map((gate) => gateEntry(gate, nameOf))
      if (items.length > 0) await recordView(store, actor, { subject: 'gates', shown: items })
      return { items, next: nextOf(found, limit) }
    }),
    get: os.get.handler(async ({ input, context: { actor } }) => {
      const gate = await gateFor(host, actor, input.gate)
      const isCustodian = actor.roles.includes('custodian')
      const audit = isCustodian ? await store.gateAudits.get(gate.id) : null
      const judged = await gateComparison(store, gate)
      const nameOf = await peopleNames(store)
      const { environment } = host.gate
      const overridden = isCustodian && (await overriddenOn(beyond, gate))
      const change = await changeOf(host, actor, gate)
      const parts = { gate, change, judged, audit, overridden, isCustodian, nameOf, environment }
      const report = gateReport(parts)
      await record(store, actor, { action: 'gate-viewed', subject: gate.id })
      return report
    }),
    references: os.references.handler(async ({ context: { actor } }) => {
      requireFigures(actor)
      return figuresFor(host, actor, await gateDataset(host.beyond))
    }),
    again: os.again.handler(async ({ input, context: { actor } }) => {
      const gate = await gateFor(host, actor, input.gate)
      const tell = async (next: string): Promise<void> => {
        const details = { again: gate.id }
        await record(store, actor, { action: 'gate-asked', subject: next, details })
      }
      const asked = await measureAgain(beyond, { requester: actor.id, gate, tell })
      await followGate(beyond.store, { gate: gate.id, next: asked.id })
      return gateEntry(asked, await peopleNames(store))
    }),
  }
}

/** Hidden documents one by one, for custodians. */
function documentRoutes(os: Implementer['gates'], host: Host) {
  const { store } = host
  return {
    documents: os.documents.handler(async ({ input, context: { actor } }) => {
      const { split } = input
      const gate = await gateFor(host, actor, input.gate)
      const audit = split === 'audit' ? await store.gateAudits.get(gate.id) : null
      const found = await gateDocuments(store, { gate, audit, split })
      await record(store, actor, { action: 'gate-viewed', subject: gate.id, details: { split } })
      return found
    }),
    calls: os.calls.handler(async ({ input, context: { actor } }) => {
      const { gate: id, split, side, run } = input
      const gate = await gateFor(host, actor, id)
      const audit = split === 'audit' ? await store.gateAudits.get(id) : null
      const found = await gateCalls(store, { ...input, gate, audit })
      const details = { split, side, run, document: await nameOfExample(store, found) }
      await record(store, actor, { action: 'gate-viewed', subject: id, details })
      return found
    }),
    asked: os.asked.handler(async ({ input: { gate: id, split }, context: { actor } }) => {
      const gate = await gateFor(host, actor, id)
      const audit = split === 'audit' ? await store.gateAudits.get(id) : null
      const found = await gateAsked(store, { gate, audit, split })
      const details = { split, asked: true }
      await record(store, actor, { action: 'gate-viewed', subject: id, details })
      return found
    }),
  }
}

/** What custodians look at beyond `test`. */
function auditRoutes(os: Implementer['gates'], host: Host) {
  const { store, beyond } = host
  return {
    audit: os.audit.handler(async ({ input, context: { actor } }) => {
      const gate = await gateFor(host, actor, input.gate)
      const { id } = gate
      const audit = await startAudit(beyond, {
        requester: actor.id,
        gate: id,
        merged: await isMerged(beyond, gate),
        overridden: await overriddenOn(beyond, gate),
        begins: () => record(store, actor, { action: 'gate-audited', subject: id }),
      })
      await followAudit(beyond.store, id)
      return auditEntry(audit, await peopleNames(store))
    }),
    audits: os.audits.handler(async ({ context: { actor } }) => {
      requireFigures(actor)
      const all = await withoutOwn(host, actor, await store.gateAudits.list())
      const nameOf = await peopleNames(store)
      const overfit = await overfitNow(store)
      const items = all.toReversed().map((audit) => auditEntry(audit, nameOf))
      const slots = slotUse(await store.gates.list({ limit: lastGates }))
      await recordView(store, actor, { subject: 'audits', shown: { items, slots } })
      return { items, overfit, slots }
    }),
  }
}

/** Before a list is shown, for which a page asks again and again. */
function recordView(
  store: Store,
  actor: Actor,
  { subject, shown }: { subject: string; shown: object },
): Promise<void> {
  const content = JSON.stringify(shown)
  return recordShown(store, actor, { action: 'gate-viewed', subject, content })
}

/** One bit, and what is left of the budget. */
function authorRoutes(os: Implementer['gates'], { beyond, ...host }: Host) {
  const { store, now, gate } = host
  return {
    budget: os.budget.handler(async ({ context: { actor } }) => {
      const { baseline } = await markedVersions(beyond)
      return {
        ...(await budgetOf(beyond, actor.id)),
        answerEverySeconds: gate.settings.answerEverySeconds,
        baseline: baseline?.version ?? null,
        demo: isDemo(gate.settings),
        environment: gate.environment,
      }
    }),
    start: os.start.handler(async ({ input, context: { actor } }) => {
      const tell = (subject: string) => record(store, actor, { action: 'gate-asked', subject })
      return authorGate(await startGate(beyond, actor.id, { ...input, tell }), now())
    }),
    mine: os.mine.handler(async ({ input: { after, limit }, context: { actor } }) => {
      const before = await beforeOf(store, after, actor.id)
      const found = await store.gates.list({ author: actor.id, limit, ...before })
      const ended = await Promise.all(found.map((one) => endWhenOver(beyond, one)))
      return { items: ended.map((one) => authorGate(one, now())), next: nextOf(found, limit) }
    }),
    answer: os.answer.handler(async ({ input, context: { actor } }) => {
      const found = await store.gates.get(input.gate)
      if (found === null || found.author !== actor.id) throw notFound()
      return authorGate(await endWhenOver(beyond, found), now())
    }),
  }
}

/**
 * A gate for who judges its version.
 * @throws UserFacingError figures-not-yours, gate-not-found
 */
async function gateFor(host: Host, actor: Actor, id: string): Promise<StoredGate> {
  requireFigures(actor)
  const gate = await findGate(host.store, id)
  const [judged] = await withoutOwn(host, actor, [gate])
  if (judged !== undefined) return judged
  throw new UserFacingError(
    'figures-not-yours',
    'Who asked about a version, or proposed or wrote it, does not judge it.',
  )
}

/** Without what somebody has a part in. */
async function withoutOwn<T extends Pick<StoredGate, 'candidate'>>(
  { beyond }: Host,
  { id }: Pick<Actor, 'id'>,
  found: T[],
): Promise<T[]> {
  const candidates = found.map(({ candidate }) => candidate)
  const own = await ownVersions(beyond, id, candidates)
  return found.filter(({ candidate }) => !own.has(candidate))
}

async function overriddenOn({ changes, ...host }: Asking, gate: StoredGate): Promise<boolean> {
  if (changes === null || gate.verdict !== 'CANT_TELL') return false
  return isOverridden({ ...host, changes }, gate)
}

/** Its number, to who may see it. */
async function changeOf(
  { changes, store }: Host,
  actor: Actor,
  { id }: Pick<StoredGate, 'id'>,
): Promise<number | null> {
  if (changes === null || !mayDo(actor, 'changes:read')) return null
  const asked = await store.changes.gated(id)
  return asked && ((await store.changes.get(asked.change))?.number ?? null)
}

async function findGate({ gates }: Pick<Store, 'gates'>, id: string): Promise<StoredGate> {
  const found = await gates.get(id)
  if (found !== null) return found
  throw notFound()
}

/** To read on from a gate of somebody else is not told apart from reading on from none. */
async function beforeOf({ gates }: Pick<Store, 'gates'>, after?: string, author?: string) {
  const found = after === undefined ? null : await gates.get(after)
  if (found === null || (author !== undefined && found.author !== author)) return {}
  return { before: found }
}

function nextOf(found: StoredGate[], limit: number): string | null {
  return found.length === limit ? (found.at(-1)?.id ?? null) : null
}

function notFound(): UserFacingError {
  return new UserFacingError('gate-not-found', 'There is no such gate, or it is not yours.')
}

import { record, recordShown } from '../../access/audit.ts'
import type { Actor } from '../../access/actor.ts'
import { startAudit } from '../../gate/audit-gate.ts'
import type { GateHost } from '../../gate/gate-host.ts'
import { auditEntry, authorGate, gateEntry, gateReport } from '../../gate/gate-views.ts'
import { gateComparison } from '../../gate/judge-gate.ts'
import { markedVersions } from '../../gate/mark-reference.ts'
import { overfitMonitor } from '../../gate/overfit-monitor.ts'
import { publicKeyOf } from '../../gate/sign-receipt.ts'
import { slotUse } from '../../gate/slot-use.ts'
import { budgetOf, startGate } from '../../gate/start-gate.ts'
import { endWhenOver } from '../../gate/time-limit.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { peopleNames } from '../../review/people-names.ts'
import type { StoredGate } from '../../schema/stored-gate.ts'
import type { Store } from '../../store/store.ts'
import type { Implementer } from '../implementer.ts'
import { requireFigures } from '../require-figures.ts'

type Host = Omit<GateHost, 'store'> & { store: Store }

/** Of which custodians read how long they took. */
const lastGates = 10

/** The gate, as authors, approvers and custodians see it. */
export function gateRoutes(os: Implementer['gates'], host: Host) {
  const { store } = host
  return {
    ...authorRoutes(os, host),
    key: os.key.handler(async () => ({ publicKey: publicKeyOf(await host.gate.signingKey()) })),
    list: os.list.handler(async ({ input: { after, limit }, context: { actor } }) => {
      requireFigures(actor)
      const found = await store.gates.list({ limit, ...(await beforeOf(store, after)) })
      const isOwn = await ownCandidates(host, actor)
      const nameOf = await peopleNames(store)
      const items = found.filter((gate) => !isOwn(gate)).map((gate) => gateEntry(gate, nameOf))
      if (items.length > 0) await recordView(store, actor, { subject: 'gates', shown: items })
      return { items, next: nextOf(found, limit) }
    }),
    get: os.get.handler(async ({ input, context: { actor } }) => {
      requireFigures(actor)
      const gate = await findGate(store, input.gate)
      const isOwn = await ownCandidates(host, actor)
      if (isOwn(gate)) throw notForAuthors()
      const isCustodian = actor.roles.includes('custodian')
      const audit = isCustodian ? await store.gateAudits.get(gate.id) : null
      const judged = await gateComparison(store, gate)
      const nameOf = await peopleNames(store)
      const { environment } = host.gate
      const report = gateReport({ gate, judged, audit, isCustodian, nameOf, environment })
      await recordView(store, actor, { subject: gate.id, shown: report })
      return report
    }),
    audit: os.audit.handler(async ({ input, context: { actor } }) => {
      requireFigures(actor)
      const { id } = await findGate(store, input.gate)
      await record(store, actor, { action: 'gate-audited', subject: id })
      const audit = await startAudit(host, actor.id, id)
      return auditEntry(audit, await peopleNames(store))
    }),
    audits: os.audits.handler(async ({ context: { actor } }) => {
      requireFigures(actor)
      const all = await store.gateAudits.list()
      const nameOf = await peopleNames(store)
      const newest = all.at(-1)?.testSet
      const overfit = overfitMonitor(all.filter(({ testSet }) => testSet === newest))
      const items = all.toReversed().map((audit) => auditEntry(audit, nameOf))
      const slots = slotUse(await store.gates.list({ limit: lastGates }))
      await recordView(store, actor, { subject: 'audits', shown: { items, slots } })
      return { items, overfit, slots }
    }),
  }
}

/** Before figures are shown; a page asks for them again and again. */
function recordView(
  store: Store,
  actor: Actor,
  { subject, shown }: { subject: string; shown: object },
): Promise<void> {
  const content = JSON.stringify(shown)
  return recordShown(store, actor, { action: 'gate-viewed', subject, content })
}

/** One bit, and what is left of the budget. */
function authorRoutes(os: Implementer['gates'], host: Host) {
  const { store, now, gate } = host
  return {
    budget: os.budget.handler(async ({ context: { actor } }) => {
      const { baseline } = await markedVersions(host)
      return {
        ...(await budgetOf(host, actor.id)),
        answerEverySeconds: gate.settings.answerEverySeconds,
        baseline: baseline?.version ?? null,
        environment: gate.environment,
      }
    }),
    start: os.start.handler(async ({ input, context: { actor } }) => {
      const tell = (subject: string) => record(store, actor, { action: 'gate-asked', subject })
      return authorGate(await startGate(host, actor.id, { ...input, tell }), now())
    }),
    mine: os.mine.handler(async ({ input: { after, limit }, context: { actor } }) => {
      const before = await beforeOf(store, after, actor.id)
      const found = await store.gates.list({ author: actor.id, limit, ...before })
      const ended = await Promise.all(found.map((one) => endWhenOver(host, one)))
      return { items: ended.map((one) => authorGate(one, now())), next: nextOf(found, limit) }
    }),
    answer: os.answer.handler(async ({ input, context: { actor } }) => {
      const found = await store.gates.get(input.gate)
      if (found === null || found.author !== actor.id) throw notFound()
      return authorGate(await endWhenOver(host, found), now())
    }),
  }
}

/** Whoever has asked about a version decides nothing about it, but where one person is all there is. */
async function ownCandidates(
  { store, isSolo }: Host,
  { id: author }: Pick<Actor, 'id'>,
): Promise<(gate: Pick<StoredGate, 'candidate'>) => boolean> {
  if (await isSolo()) return () => false
  const own = await store.gates.candidatesOf(author)
  return ({ candidate }) => own.has(candidate)
}

function notForAuthors(): UserFacingError {
  return new UserFacingError('figures-not-yours', 'Who asked about a version does not judge it.')
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

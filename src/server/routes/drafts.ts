import type { Actor } from '../../access/actor.ts'
import { describeAgent } from '../../agent/describe-agent.ts'
import type { ChangeSource } from '../../change/change-host.ts'
import { draftBase, requireDraftBase } from '../../change/draft-base.ts'
import { startEvaluation } from '../../evaluation/start-evaluation.ts'
import type { EvaluationHost } from '../../evaluation/evaluation-host.ts'
import { draftPatch } from '../../flow/draft-patch.ts'
import { shortHash } from '../../lib/content-hash.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { peopleNames } from '../../review/people-names.ts'
import { startReview } from '../../review/start-review.ts'
import type { ReviewHost } from '../../review/review-host.ts'
import type { DraftEntry } from '../../schema/api/flows.ts'
import type { StoredDraft } from '../../schema/stored-draft.ts'
import type { Implementer } from '../implementer.ts'

type Host = ReviewHost & EvaluationHost & { changes: ChangeSource | null }

/** Changed prompts and rules, tried before they are changed in the flow's folder. */
export function draftRoutes(os: Pick<Implementer['flows'], DraftRoute>, host: Host) {
  const { flows, store } = host
  return {
    draft: os.draft.handler(async ({ input, context: { actor } }) => {
      const { version } = await requireDraftBase(host, input)
      const { base, draft } = await flows.draft({ ...input, base: version })
      const origin = { base: base.hash, agent: input.agent, author: actor.id }
      await store.drafts.add({ version: draft.hash, ...origin })
      return { version: draft.hash, base: base.hash }
    }),
    draftBase: os.draftBase.handler(async ({ input: { agent } }) => {
      const { version, files, branch } = await draftBase(host, agent)
      return { version, files: describeAgent(files).files, branch }
    }),
    drafts: os.drafts.handler(async ({ context: { actor } }) => {
      const entryOf = await describing(host)
      const drafts = await store.drafts.list(actor.id)
      return { items: await Promise.all(drafts.map(async (draft) => entryOf(draft))) }
    }),
    openDraft: os.openDraft.handler(async ({ input, context: { actor } }) => {
      const draft = await findDraft(host, actor, input.version)
      const entryOf = await describing(host)
      return { ...(await entryOf(draft)), files: await filesOf(host, draft.version, draft.agent) }
    }),
    removeDraft: os.removeDraft.handler(async ({ input, context: { actor } }) => {
      await store.drafts.remove(await findDraft(host, actor, input.version))
      return { ok: true as const }
    }),
    tryDraft: os.tryDraft.handler(async ({ input, context: { actor } }) => {
      const { version, base, agent } = await findDraft(host, actor, input.version)
      const request = { document: input.document, agents: [agent], trial: true }
      const current = await startReview(host, actor, { ...request, flow: base })
      const draft = await startReview(host, actor, { ...request, flow: version })
      return { current: current.id, draft: draft.id }
    }),
    evaluateDraft: os.evaluateDraft.handler(async ({ input, context: { actor } }) => {
      const { version, base, agent } = await findDraft(host, actor, input.version)
      const { dataset, repeats } = input
      const request = { dataset, repeats, agents: [agent] }
      const current = await startEvaluation(host, actor.id, { ...request, flow: base })
      const draft = await startEvaluation(host, actor.id, { ...request, flow: version })
      return { current: current.id, draft: draft.id }
    }),
    patch: os.patch.handler(async ({ input, context: { actor } }) => {
      const { version, base } = await findDraft(host, actor, input.version)
      const versions = { base: await flows.get(base), draft: await flows.get(version) }
      const patch = draftPatch(flows.directory, versions)
      return new File([patch], `draft-${shortHash(version)}.patch`, { type: 'text/x-patch' })
    }),
  }
}

type DraftRoute =
  | 'draft'
  | 'draftBase'
  | 'drafts'
  | 'openDraft'
  | 'removeDraft'
  | 'tryDraft'
  | 'evaluateDraft'
  | 'patch'

async function describing(host: Host): Promise<(draft: StoredDraft) => Promise<DraftEntry>> {
  const nameOf = await peopleNames(host.store)
  const current = await host.flows.current()
  return async ({ author, ...draft }) => ({
    ...draft,
    author: nameOf(author),
    changed: await changedFiles(host, draft).catch(nullWhenUnreadable),
    inUse: draft.version === current.hash,
  })
}

async function changedFiles(
  host: Host,
  { base, version, agent }: Pick<StoredDraft, 'base' | 'version' | 'agent'>,
): Promise<string[]> {
  const before = await filesOf(host, base, agent)
  const texts = new Map(before.map(({ name, text }) => [name, text]))
  const after = await filesOf(host, version, agent)
  return after.filter(({ name, text }) => texts.get(name) !== text).map(({ name }) => name)
}

/** One draft that cannot be read must not hide the others. */
function nullWhenUnreadable(error: unknown): null {
  if (error instanceof UserFacingError && error.code === 'flow-version-unreadable') return null
  throw error
}

/** In the order in which people read them. */
async function filesOf({ flows }: Host, version: string, agent: string) {
  const { manifest } = await flows.get(version)
  const found = manifest.agents.find(({ name }) => name === agent)
  return found === undefined ? [] : describeAgent(found.files).files
}

async function findDraft(
  { store }: Pick<Host, 'store'>,
  { id }: Pick<Actor, 'id'>,
  version: string,
): Promise<StoredDraft> {
  const draft = await store.drafts.get(version, id)
  if (draft !== null) return draft
  throw new UserFacingError('draft-not-found', 'There is no such draft.')
}

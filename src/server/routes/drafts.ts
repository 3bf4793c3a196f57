import { startEvaluation } from '../../evaluation/start-evaluation.ts'
import type { EvaluationHost } from '../../evaluation/evaluation-host.ts'
import { draftPatch } from '../../flow/draft-patch.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { startReview } from '../../review/start-review.ts'
import type { ReviewHost } from '../../review/review-host.ts'
import type { StoredDraft } from '../../schema/stored-draft.ts'
import type { Implementer } from '../implementer.ts'

type Host = ReviewHost & EvaluationHost

/** Changed prompts and rules, tried before they are changed in the flow's folder. */
export function draftRoutes(os: Pick<Implementer['flows'], DraftRoute>, host: Host) {
  const { flows, store } = host
  return {
    draft: os.draft.handler(async ({ input, context: { actor } }) => {
      const { base, draft } = await flows.draft(input)
      const origin = { base: base.hash, agent: input.agent, author: actor.id }
      await store.drafts.add({ version: draft.hash, ...origin })
      return { version: draft.hash, base: base.hash }
    }),
    tryDraft: os.tryDraft.handler(async ({ input, context: { actor } }) => {
      const { version, base, agent } = await findDraft(host, input.version)
      const request = { document: input.document, agents: [agent] }
      const current = await startReview(host, actor, { ...request, flow: base })
      const draft = await startReview(host, actor, { ...request, flow: version })
      return { current: current.id, draft: draft.id }
    }),
    evaluateDraft: os.evaluateDraft.handler(async ({ input, context: { actor } }) => {
      const { version, base, agent } = await findDraft(host, input.version)
      const { dataset, repeats } = input
      const request = { dataset, repeats, agents: [agent] }
      const current = await startEvaluation(host, actor.id, { ...request, flow: base })
      const draft = await startEvaluation(host, actor.id, { ...request, flow: version })
      return { current: current.id, draft: draft.id }
    }),
    patch: os.patch.handler(async ({ input }) => {
      const { version, base } = await findDraft(host, input.version)
      const versions = { base: await flows.get(base), draft: await flows.get(version) }
      const patch = draftPatch(flows.directory, versions)
      return new File([patch], `draft-${version.slice(0, 12)}.patch`, { type: 'text/x-patch' })
    }),
  }
}

type DraftRoute = 'draft' | 'tryDraft' | 'evaluateDraft' | 'patch'

async function findDraft({ store }: Pick<Host, 'store'>, version: string): Promise<StoredDraft> {
  const draft = await store.drafts.get(version)
  if (draft !== null) return draft
  throw new UserFacingError('draft-not-found', 'There is no such draft.')
}

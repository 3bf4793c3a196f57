import { describeAgent } from '../../agent/describe-agent.ts'
import type { Actor } from '../../access/actor.ts'
import { recordShown } from '../../access/audit.ts'
import { maySeeSplit } from '../../access/document-rights.ts'
import { agentsFeedback } from '../../feedback/agents-feedback.ts'
import type { ReviewHost } from '../../review/review-host.ts'
import { type DocumentScope, Split } from '../../schema/access.ts'
import type { FlowAgent } from '../../schema/api/flows.ts'
import type { Readers } from '../../store/readers.ts'
import type { Implementer } from '../implementer.ts'

type FlowRoutes = Pick<Implementer['flows'], 'get' | 'agents'>

type Host = Pick<ReviewHost, 'store' | 'flows'> & { readers: Readers }

export function flowRoutes(os: FlowRoutes, { store, flows, readers }: Host) {
  return {
    get: os.get.handler(async () => {
      const { hash: version, name, createdAt: since } = await flows.current()
      const { manifest } = await flows.get(version)
      const { agents } = await flows.use(version)
      const gaps = new Map(
        agents.map((agent) => [agent.name, agent.status === 'skipped' ? agent.reason : null]),
      )
      const described = manifest.agents.map((agent): FlowAgent => {
        const type = manifest.types[agent.name] ?? agent.name
        const gap = gaps.get(agent.name) ?? null
        return { name: agent.name, type, gap, ...describeAgent(agent.files) }
      })
      return { name, version, since, agents: described }
    }),
    agents: os.agents.handler(async ({ context: { actor } }) => {
      const scopes = scopesOfNumbers(actor)
      if (maySeeSplit(actor)) {
        const details = { figures: true }
        const event = { action: 'hidden-read' as const, subject: 'agents', details, content: '' }
        await recordShown(store, actor, event)
      }
      return { agents: await readers.run(scopes, () => agentsFeedback(store, scopes)) }
    }),
  }
}

/** Also counts could tell of what is hidden: only who sees every document gets those of all. */
function scopesOfNumbers(actor: Actor): DocumentScope[] {
  if (maySeeSplit(actor)) return [{ splits: Split.options }]
  return [{ splits: ['evaluation'] }]
}

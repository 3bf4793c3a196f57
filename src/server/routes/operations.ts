import { record } from '../../access/audit.ts'
import type { Budgets } from '../../access/budgets.ts'
import type { FlowLibrary } from '../../flow/flow-library.ts'
import { readReviewSettings, writeReviewSettings } from '../../review/review-settings.ts'
import type { Store } from '../../store/store.ts'
import type { Implementer } from '../implementer.ts'

type OperationRoutes = Omit<Implementer['operations'], 'audit' | 'verifyAudit'>
type Host = { store: Store; flows: FlowLibrary; budgets: Budgets }

export function operationRoutes(os: OperationRoutes, host: Host) {
  const { store, flows, budgets } = host
  return {
    connections: os.connections.handler(async () => {
      const { config, models } = await flows.use((await flows.current()).hash)
      const entries = Object.entries(config.models).map(([alias, settings]) => ({
        alias,
        provider: settings.provider,
        model: settings.model,
        gap: models.gap(alias),
        priced: settings.price !== undefined,
      }))
      return { models: entries }
    }),
    budget: os.budget.handler(async ({ context: { actor } }) => {
      const { spentByPerson, ...state } = await budgets.state(actor.id)
      return { ...state, spentByYou: spentByPerson }
    }),
    setBudget: os.setBudget.handler(async ({ input, context: { actor } }) => {
      await record(store, actor, { action: 'budget-changed', subject: 'budget' })
      await budgets.set(input)
      return input
    }),
    settings: os.settings.handler(() => readReviewSettings(store)),
    setSettings: os.setSettings.handler(async ({ input, context: { actor } }) => {
      await record(store, actor, { action: 'settings-changed', subject: 'reviews' })
      return writeReviewSettings(store, input)
    }),
  }
}

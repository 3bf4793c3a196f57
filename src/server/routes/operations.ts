import type { Actor } from '../../access/actor.ts'
import { type Doer, record } from '../../access/audit.ts'
import { inSettings, requireKeepable } from '../../access/budget-limits.ts'
import type { Budgets } from '../../access/budgets.ts'
import { readTextLimits, writeTextLimits } from '../../access/opened-texts.ts'
import { hearsAnswersAlone, seesSplitShares } from '../../access/permissions.ts'
import { changeOf } from '../../access/setting-changes.ts'
import type { FlowLibrary } from '../../flow/flow-library.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { pricesAsked } from '../../flow/open-flow.ts'
import {
  type ChangeWebhooks,
  readChangeWebhooks,
  writeChangeWebhooks,
} from '../../change/notify/notification-settings.ts'
import {
  readReviewSettings,
  type ReviewSettings,
  writeReviewSettings,
} from '../../review/review-settings.ts'
import type { Store } from '../../store/store.ts'
import type { Implementer } from '../implementer.ts'

type OperationRoutes = Omit<Implementer['operations'], 'audit' | 'auditHead' | 'verifyAudit'>
type Change = Parameters<typeof record>[2] & { details: object }
type Host = { store: Store; flows: FlowLibrary; budgets: Budgets }

export function operationRoutes(os: OperationRoutes, host: Host) {
  const { store, flows, budgets } = host
  const recordChange = async (doer: Doer, change: Change): Promise<void> => {
    if (Object.keys(change.details).length > 0) await record(store, doer, change)
  }
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
      // What all spend grows with reviews of hidden documents and with gates, too.
      const ofAll = actor.permissions.has('budgets:write') && !hearsAnswersAlone(actor.roles)
      const { spentByPerson, ...state } = await budgets.state(actor.id, { ofAll })
      return { ...state, ofAll, spentByYou: spentByPerson }
    }),
    setBudget: os.setBudget.handler(async ({ input, context: { actor } }) => {
      requireKeepable(
        { ...input, ...inSettings },
        pricesAsked(await flows.use((await flows.current()).hash)),
      )
      const details = changeOf(await budgets.get(), input)
      await recordChange(actor, { action: 'budget-changed', subject: 'budget', details })
      await budgets.set(input)
      return input
    }),
    settings: os.settings.handler(async ({ context: { actor } }) => {
      return toldTo(actor, await readSettings(store))
    }),
    setSettings: os.setSettings.handler(async ({ input, context: { actor } }) => {
      if (input.splitShares !== undefined) requireSplitShares(actor)
      const before = await readSettings(store)
      const details = changeOf(before, { ...before, ...input })
      await recordChange(actor, { action: 'settings-changed', subject: 'reviews', details })
      const { textsPerDay, textsShare, changeWebhook, changeSlackWebhook, ...ofReviews } = input
      await writeTextLimits(store, { textsPerDay, textsShare })
      await writeChangeWebhooks(store, { changeWebhook, changeSlackWebhook })
      await writeReviewSettings(store, ofReviews)
      return toldTo(actor, await readSettings(store))
    }),
  }
}

async function readSettings(store: Store) {
  return {
    ...(await readReviewSettings(store)),
    ...(await readChangeWebhooks(store)),
    ...(await readTextLimits(store)),
  }
}

function toldTo(actor: Actor, { splitShares, ...rest }: Awaited<ReturnType<typeof readSettings>>) {
  const told = actor.permissions.has('settings:write') ? rest : withoutSecrets(rest)
  return seesSplitShares(actor) ? { ...told, splitShares } : told
}

/** @throws UserFacingError split-not-yours */
function requireSplitShares(actor: Actor): void {
  if (seesSplitShares(actor)) return
  throw new UserFacingError(
    'split-not-yours',
    'Who writes prompts does not say how much is hidden from them. Ask an operator who is no engineer to set the shares of the splits.',
  )
}

/** The rest of an address is often its secret. */
function withoutSecrets<Settings extends ChangeWebhooks & Pick<ReviewSettings, 'readyWebhook'>>(
  settings: Settings,
): Settings {
  const originOf = (url: string | null): string | null => url && new URL(url).origin
  const { readyWebhook, changeWebhook, changeSlackWebhook } = settings
  return {
    ...settings,
    readyWebhook: originOf(readyWebhook),
    changeWebhook: originOf(changeWebhook),
    changeSlackWebhook: originOf(changeSlackWebhook),
  }
}

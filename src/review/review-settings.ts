import { z } from 'zod'
import { SplitShares } from '../schema/access.ts'
import type { Store } from '../store/store.ts'

const ReviewRules = z.object({
  /** Share of documents, 0 to 1, that the random review queue draws. */
  randomShare: z.number().min(0).max(1).default(0.1),
  /** Of groups to come; one that is there keeps its split. */
  splitShares: SplitShares.default({ evaluation: 0.6, test: 0.3, audit: 0.1 }),
})
type ReviewRules = z.infer<typeof ReviewRules>

/** What operators set for reviews. */
export type ReviewSettings = ReviewRules & {
  /** Is told of each review that is ready. Its path is often its secret. */
  readyWebhook: string | null
}

type SettingStore = Pick<Store, 'settings' | 'secrets'>

const key = 'reviews'
const webhookName = 'ready-webhook'

export async function readReviewRules({ settings }: Pick<Store, 'settings'>): Promise<ReviewRules> {
  return ReviewRules.parse((await settings.get(key)) ?? {})
}

/** Null: nobody is told. */
export async function readReadyWebhook({
  secrets,
}: Pick<Store, 'secrets'>): Promise<string | null> {
  return z
    .string()
    .nullable()
    .parse((await secrets.get(webhookName)) ?? null)
}

export async function readReviewSettings(store: SettingStore): Promise<ReviewSettings> {
  return { ...(await readReviewRules(store)), readyWebhook: await readReadyWebhook(store) }
}

/** What is left out stays. */
export async function writeReviewSettings(
  store: SettingStore,
  { readyWebhook, ...change }: Partial<ReviewSettings>,
): Promise<ReviewSettings> {
  if (readyWebhook !== undefined) await store.secrets.put(webhookName, readyWebhook)
  await store.settings.put(key, { ...(await readReviewRules(store)), ...change })
  return readReviewSettings(store)
}

/** Takes over what a version before 035 kept in plain text. */
export async function sealReadyWebhook(store: SettingStore): Promise<void> {
  const kept = z.looseObject({ readyWebhook: z.string().nullish() })
  const { readyWebhook, ...rest } = kept.parse((await store.settings.get(key)) ?? {})
  if (readyWebhook === undefined) return
  if (readyWebhook !== null) await store.secrets.ensure(webhookName, readyWebhook)
  await store.settings.put(key, rest)
}

import { z } from 'zod'
import { SplitShares } from '../schema/access.ts'
import type { Store } from '../store/store.ts'

/** What operators set for reviews. */
const ReviewSettings = z.object({
  /** Share of documents, 0 to 1, that the random review queue draws. */
  randomShare: z.number().min(0).max(1).default(0.1),
  /** Is told of each review that is ready. */
  readyWebhook: z.string().nullable().default(null),
  /** Of groups to come; one that is there keeps its split. */
  splitShares: SplitShares.default({ evaluation: 0.6, test: 0.3, audit: 0.1 }),
})
type ReviewSettings = z.infer<typeof ReviewSettings>

const key = 'reviews'

export async function readReviewSettings({
  settings,
}: Pick<Store, 'settings'>): Promise<ReviewSettings> {
  return ReviewSettings.parse((await settings.get(key)) ?? {})
}

/** What is left out stays. */
export async function writeReviewSettings(
  store: Pick<Store, 'settings'>,
  change: Partial<ReviewSettings>,
): Promise<ReviewSettings> {
  const next = { ...(await readReviewSettings(store)), ...change }
  await store.settings.put(key, next)
  return next
}

import { z } from 'zod'
import type { Store } from '../store/store.ts'

/** What operators set for reviews. */
const ReviewSettings = z.object({
  /** Share of documents, 0 to 1, that the random review queue draws. */
  randomShare: z.number().min(0).max(1).default(0.1),
  /** Is told of each review that is ready. */
  readyWebhook: z.string().nullable().default(null),
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

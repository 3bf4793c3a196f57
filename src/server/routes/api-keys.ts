import { createKey, revokeKey } from '../../access/api-keys.ts'
import { ApiKey } from '../../schema/stored-api-key.ts'
import type { Store } from '../../store/store.ts'
import type { Implementer } from '../implementer.ts'

/** Everybody's own keys; what is kept of a secret stays inside. */
export function apiKeyRoutes(os: Implementer['people'], { store }: { store: Store }) {
  return {
    keys: os.keys.handler(async ({ context: { actor } }) => {
      const keys = await store.apiKeys.list(actor.id)
      return { keys: keys.map((key) => ApiKey.parse(key)) }
    }),
    createKey: os.createKey.handler(async ({ input, context: { actor } }) => {
      const { key, secret } = await createKey(store, actor, input)
      return { key: ApiKey.parse(key), secret }
    }),
    revokeKey: os.revokeKey.handler(async ({ input, context: { actor } }) => {
      await revokeKey(store, actor, input.key)
      return { ok: true as const }
    }),
  }
}

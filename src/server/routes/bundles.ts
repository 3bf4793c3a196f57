import { hashedBundle } from '../../flow/bundle.ts'
import { findBundle, keepBundle, mostBundles, removeBundle } from '../../evaluation/bundles.ts'
import type { EvaluationHost } from '../../evaluation/evaluation-host.ts'
import type { BundleEntry } from '../../schema/api/bundles.ts'
import type { StoredBundle } from '../../schema/stored-bundle.ts'
import type { Implementer } from '../implementer.ts'

/** Flows that people send to be measured; each person sees their own. */
export function bundleRoutes(os: Implementer['bundles'], host: EvaluationHost) {
  return {
    put: os.put.handler(async ({ input: { sha256, file }, context: { actor } }) => {
      const bytes = await file.bytes()
      return entryOf(await keepBundle(host, actor.id, { bytes, sha256, name: file.name }))
    }),
    add: os.add.handler(async ({ input: { file }, context: { actor } }) => {
      const sent = { ...hashedBundle(await file.bytes()), name: file.name }
      return entryOf(await keepBundle(host, actor.id, sent))
    }),
    list: os.list.handler(async ({ context: { actor } }) => ({
      items: (await host.store.bundles.list(actor.id, mostBundles)).map(entryOf),
    })),
    get: os.get.handler(async ({ input, context: { actor } }) =>
      entryOf(await findBundle(host, actor.id, input.sha256)),
    ),
    remove: os.remove.handler(async ({ input, context: { actor } }) => {
      await removeBundle(host, actor.id, input.sha256)
      return { ok: true as const }
    }),
  }
}

function entryOf({ person: _person, ...bundle }: StoredBundle): BundleEntry {
  return bundle
}

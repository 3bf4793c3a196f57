import type { Store } from '../../store/store.ts'
import type { Implementer } from '../implementer.ts'

export function auditRoutes(os: Implementer['operations'], { store }: { store: Store }) {
  return {
    audit: os.audit.handler(async ({ input: { limit, ...which } }) => {
      // One more than asked for tells whether there are more.
      const found = await store.audit.list({ ...which, limit: limit + 1 })
      const entries = found.slice(0, limit)
      const next = found.length > limit ? (entries.at(-1)?.sequence ?? null) : null
      return { entries, next, head: await store.audit.head() }
    }),
    auditHead: os.auditHead.handler(() => store.audit.head()),
    verifyAudit: os.verifyAudit.handler(({ input: { sequence, hash } }) => {
      const isKept = sequence !== undefined && hash !== undefined
      return store.audit.verify(isKept ? { sequence, hash } : undefined)
    }),
  }
}

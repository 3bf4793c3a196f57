import { record } from '../../access/audit.ts'
import { auditLines } from '../../access/audit-lines.ts'
import type { Store } from '../../store/store.ts'
import type { Implementer } from '../implementer.ts'
import { contextOf, type App } from '../request-context.ts'
import { sendFile } from '../send-file.ts'

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
    verifyAudit: os.verifyAudit.handler(({ input: { sequence, hash, newest } }) => {
      const isKept = sequence !== undefined && hash !== undefined
      return store.audit.verify(isKept ? { kept: { sequence, hash } } : { newest })
    }),
  }
}

/** The log as a file, which is streamed; the gate stands before. */
export function addAuditFile(app: App, { store }: { store: Store }): void {
  app.get('/api/audit/export', async (c) => {
    const { actor } = contextOf(c)
    await record(store, actor, { action: 'exported', subject: 'audit-log' })
    const content = auditLines(store.audit.batches())
    return sendFile({ content, name: 'audit.jsonl', type: 'application/jsonl' })
  })
}

import type { Actor } from '../../access/actor.ts'
import { record } from '../../access/audit.ts'
import { auditLines } from '../../access/audit-lines.ts'
import { hiddenNames } from '../../access/hidden-names.ts'
import { hearsAnswersAlone, judgesBlindly } from '../../access/permissions.ts'
import { gatePayer } from '../../gate/gate-host.ts'
import { UserFacingError } from '../../lib/errors.ts'
import type { Store } from '../../store/store.ts'
import type { Implementer } from '../implementer.ts'
import { contextOf, type App } from '../request-context.ts'
import { sendFile } from '../send-file.ts'

export function auditRoutes(os: Implementer['operations'], { store }: { store: Store }) {
  return {
    audit: os.audit.handler(async ({ input: { limit, ...asked }, context: { actor } }) => {
      const subject = await subjectIn(store, actor, asked.subject)
      const untold = untoldTo(actor)
      const which = { ...asked, subject, ...untold }
      // One more than asked for tells whether there are more.
      const found = await store.audit.list({ ...which, limit: limit + 1 })
      const entries = found.slice(0, limit)
      const next = found.length > limit ? (entries.at(-1)?.sequence ?? null) : null
      return { entries, next, head: await store.audit.head(), isWhole: untold === null }
    }),
    auditHead: os.auditHead.handler(() => store.audit.head()),
    verifyAudit: os.verifyAudit.handler(({ input: { sequence, hash, newest } }) => {
      const isKept = sequence !== undefined && hash !== undefined
      return store.audit.verify(isKept ? { kept: { sequence, hash } } : { newest })
    }),
  }
}

/** Which of their documents are hidden, as they read them, were given them, and had them forgotten. */
const ofDocuments = [
  'hidden-read',
  'document-read',
  'hidden-read-again',
  'document-read-again',
  'document-assigned',
  'document-forgotten',
  'split-chosen',
] as const

/** What of the log is nothing for an admin who is something besides; null: they are told all of it. */
function untoldTo({ roles }: Pick<Actor, 'roles'>) {
  // When a gate read hidden examples is nothing for who may have asked it.
  const notBy = hearsAnswersAlone(roles) ? gatePayer : undefined
  const notDoing = judgesBlindly(roles) ? ofDocuments : undefined
  return notBy === undefined && notDoing === undefined ? null : { notBy, notDoing }
}

/** A hidden document has another name in the log, by which custodians find it from its hash. */
async function subjectIn(
  store: Store,
  { roles }: Actor,
  subject: string | undefined,
): Promise<string | undefined> {
  if (subject === undefined || !roles.includes('custodian')) return subject
  const found = await store.documents.sharing([subject])
  if (!found.some(({ split }) => split !== 'evaluation')) return subject
  return (await hiddenNames(store))(subject)
}

/** A file with entries left out would be one that somebody changed. @throws UserFacingError audit-not-whole */
function requireWholeLog(actor: Pick<Actor, 'roles'>): void {
  if (untoldTo(actor) === null) return
  throw new UserFacingError(
    'audit-not-whole',
    'An engineer is not told when gates read hidden examples, nor a reviewer which documents are hidden: the whole log is for an admin who is neither.',
  )
}

/** The log as a file, which is streamed; the gate stands before. */
export function addAuditFile(app: App, { store }: { store: Store }): void {
  app.get('/api/audit/export', async (c) => {
    const { actor } = contextOf(c)
    requireWholeLog(actor)
    await record(store, actor, { action: 'exported', subject: 'audit-log' })
    const content = auditLines(store.audit.batches())
    return sendFile({ content, name: 'audit.jsonl', type: 'application/jsonl' })
  })
}

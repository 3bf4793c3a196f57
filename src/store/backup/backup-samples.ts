import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { timeOrderedId } from '../../lib/time-ordered-id.ts'
import type { DatasetEntry } from '../../schema/stored-dataset.ts'
import type { ModelAccount } from '../../schema/model.ts'
import { chunks } from '../blobs/blob-contract.ts'
import type { Blobs } from '../blobs/blobs.ts'
import { recordBackup } from './newest-backup.ts'
import {
  answer,
  event,
  datasetEntry,
  gateCall,
  gateEnd,
  evaluationDetails,
  evaluationRun,
  longDocument,
  newAudit,
  newDocument,
  newDatasetVersion,
  newBundle,
  newChange,
  newDecision,
  newEvaluation,
  newGate,
  newIssue,
  newLabelSet,
  newRequest,
  newReview,
  newRevision,
  readMark,
  reviewWithIssues,
  verdict,
} from '../store-samples.ts'
import type { Store } from '../store.ts'

const account: ModelAccount = {
  requests: 2,
  retries: 0,
  cached: 0,
  failed: 0,
  inputTokens: 100,
  cachedInputTokens: 0,
  outputTokens: 10,
  requestsWithoutUsage: 0,
  cost: 0.1,
  currency: 'EUR',
}

/** Something in every table; a new table gets its rows here. */
export async function fillStore(store: Store, blobs: Blobs): Promise<void> {
  await store.settings.put('colours', { text: 'ü\u0000' })
  await store.secrets.put('split-key', 'secret')
  const { review, issues } = await reviewWithIssues(store, 700)
  await store.documents.markReady('a', longDocument('a'))
  const seen = await store.signatures.last()
  await store.signatures.add('a', { content: Uint8Array.of(0, 0, 0, 0, 7), keys: [7], seen })
  const [issue] = issues
  if (issue === undefined) throw new Error('A review without issues.')
  await store.verdicts.add(
    verdict(review, issue, { kind: 'dismissed', reason: { kind: 'duplicate' } }),
    0,
  )
  await store.verdicts.add(
    verdict(review, issue, { kind: 'edited', edit: { suggestedFix: '"' } }),
    1,
  )
  await store.readMarks.add(readMark(review))
  await store.evaluations.start(newEvaluation('evaluation'))
  await store.evaluations.finish('evaluation', evaluationRun, evaluationDetails)
  await fillReferences(store)
  await fillGates(store)
  await fillChanges(store)
  await store.openedTexts.open({
    person: 'eve',
    day: '2026-11-29',
    name: `text-${canary}`,
    units: 1,
    atMost: 9,
    pools: [{ name: `letters-${canary}`, atMost: 9 }],
  })
  const checked = { environment: 'dev', result: 'pass', checkedAt: 1, checks: [] } as const
  await store.environmentChecks.add({ ...checked, checks: [], checkedBy: 'ann' }, 9)
  await store.drafts.add({ version: 'v2', base: 'v1', agent: 'grammar', author: 'ann' })
  await store.bundles.put(newBundle('ann'), { bundles: 9, bytes: 1e9 })
  await fillDatasets(store, review)
  await store.answers.put({ key: 'key', answer, document: 'a' })
  await store.audit.append([{ actor: 'ann', action: 'hidden-read', subject: 'a' }])
  await store.spend.add({
    id: 'batch',
    person: 'ann',
    environment: 'prod',
    accounts: { large: account },
  })
  await fillAccounts(store)
  await fillNotifications(store)
  await store.apiKeys.add({
    id: 'key',
    person: 'ann',
    name: 'nightly',
    hint: 'pl_12345678',
    secretHash: 'hash',
    permissions: ['people:read'],
    expiresAt: null,
  })
  await blobs.put(chunks(Buffer.from('a booklet\n')))
  await blobs.put(chunks(Buffer.alloc(3_000_000, 'words ')))
}

async function fillReferences({
  flowVersions,
  referenceVersions,
}: Pick<Store, 'flowVersions' | 'referenceVersions'>): Promise<void> {
  const [version] = await flowVersions.list()
  const mark = { flow: 'flow', version: version?.hash ?? '' }
  for (const role of ['anchor', 'baseline'] as const) {
    await referenceVersions.mark({ ...mark, role, sequence: 0, markedBy: 'ann' })
  }
}

/** All of it is hidden, so the canary is in each row. */
async function fillGates({ gates, gateAudits, gateCalls, flowVersions }: Store): Promise<void> {
  await flowVersions.put({ hash: 'gated', name: 'flow', manifest: {} })
  const id = `gate-${canary}`
  await gates.start(newGate(id))
  const charge = { testSet: 'test', sequence: 1, gate: id, author: 'ann', key: 'key', look: 0 }
  await gates.charge(charge)
  const walls = { isolation: 'os', boundary: 'users' } as const
  await gates.keepMeasure(`measure-${canary}`, { run: evaluationRun, hostFaults: 0, walls })
  await gateCalls.put({
    measure: `measure-${canary}`,
    dataset: 'letters',
    example: 'b',
    repeat: 0,
    sequence: 0,
    call: gateCall,
  })
  await gates.finish(id, gateEnd)
  await gateAudits.start(newAudit(id))
}

async function fillChanges({ changes }: Store): Promise<void> {
  const change = (await changes.add(newChange('one'))).id
  await changes.addRevision(newRevision(change, 0))
  const functional = { change, tree: 'tree', name: 'functional', attempt: 1 } as const
  const gate = { ...functional, name: 'gate' } as const
  await changes.startCheck({ ...functional, subject: null })
  await changes.startCheck({ ...gate, subject: `gate-${canary}` })
  await changes.decide({ ...newDecision(change), reason: canary, record: canary })
  await changes.tell({ change, key: 'opened', kind: 'opened', person: 'ann', text: '' })
  await changes.keepTold(change, `check-${canary}`, { contentHash: 'hash', refusal: canary })
  await changes.requestDeployment(newRequest(change, { receipt: canary, override: canary }))
}

/** Hidden, too: with the canary. */
async function fillNotifications({ changes, notifications }: Store): Promise<void> {
  const told = {
    person: 'ann',
    change: 'one',
    gate: null,
    eventKey: 'told',
    kind: 'verdict' as const,
  }
  const steps = notifications.steps([{ ...told, id: `notification-${canary}`, text: canary }])
  const event = { change: 'one', key: 'told', kind: 'check-ended', person: null, text: '' } as const
  await changes.tell(event, steps)
}

async function fillDatasets(
  { datasets, labelSets, signatures }: Store,
  review: string,
): Promise<void> {
  const entries = [datasetEntry('a', 'evaluation'), datasetEntry('b', 'test')]
  const hidden = entries
    .slice(1)
    .map((entry) => ({ ...entry, content: Uint8Array.of(0), keys: [7] }))
  await signatures.addExamples(hidden)
  const said = [{ textGroup: entries[1]?.textGroup ?? '', split: 'test' as const }]
  const first = await datasets.addVersion({ ...newDatasetVersion(entries, { hash: 'aa11' }), said })
  const more = [...entries, datasetEntry('c', 'evaluation'), datasetEntry('d', 'test')]
  await datasets.addVersion(newDatasetVersion(more, { hash: 'bb22', after: first }))
  await datasets.decline({ dataset: 'letters', review, hash: 'hash', by: 'ann' })
  await datasets.handOn({ dataset: 'letters', owner: 'bob', by: 'ann' })
  await labelSets.save(newLabelSet('ann'))
}

/** As better-auth writes them. */
async function fillAccounts({ accountTables: { db, type } }: Store): Promise<void> {
  const moment = new Date(1_700_000_000_123)
  const time = type === 'sqlite' ? moment.toISOString() : moment
  const yes = type === 'sqlite' ? 1 : true
  await sql`insert into people values ('ann', 'Ann', 'ann@example.org', ${yes}, null, '["admin"]',
    ${time}, ${time})`.execute(db)
  await sql`insert into sessions values (${timeOrderedId()}, 'ann', 'token', ${time}, '::1', null,
    ${time}, ${time})`.execute(db)
  await sql`insert into credentials (id, person, provider, account, password, created_at, updated_at)
    values ('c', 'ann', 'credential', 'ann', 'hash', ${time}, ${time})`.execute(db)
  await sql`insert into verifications values ('v', 'ann@example.org', 'value', ${time}, ${time},
    ${time})`.execute(db)
}

/** Hexadecimal, so that it may stand in ids. */
export const canary = 'cafe0dd5'
export const canaryFile = 'a hidden booklet'
export const canarySha256 = createHash('sha256').update(canaryFile).digest('hex')

/**
 * A document of the split `test` with all that comes from it, in whose rows the canary is; and examples
 * of datasets that nobody but a custodian sees.
 */
export async function fillHidden(store: Store, blobs: Blobs): Promise<void> {
  await fillHiddenDocument(store, blobs)
  await sign(store, canary)
  await fillHiddenExamples(store)
  const read = { actor: 'cleo', action: 'hidden-read' as const, subject: canary }
  await store.audit.append([{ ...read, details: { examples: [canary], read: 3 } }])
  await recordBackup(store, { at: 1, file: 'all', rows: 4711, files: 1, damagedFiles: 0 })
}

async function fillHiddenExamples(store: Store): Promise<void> {
  await addExamples(store, 'letters', [datasetEntry(canary, 'test')])
  const [review] = await store.reviews.list({ limit: 1 })
  const declined = { dataset: 'letters', review: review?.id ?? '', hash: canary, by: 'cleo' }
  await store.datasets.decline(declined)
  const { document } = datasetEntry(canary, 'test')
  await store.labelSets.save({ ...newLabelSet('cleo'), example: canary, document })
  await addExamples(store, `letters-${canary}`, [datasetEntry(`only-${canary}`, 'audit')])
  await store.datasets.handOn({ dataset: `letters-${canary}`, owner: 'dora', by: 'cleo' })
  await addExamples(store, 'late', [datasetEntry(`late-${canary}`, 'test')])
}

/** What everybody may see, on top of what is there. */
export async function fillMore(store: Store, blobs: Blobs): Promise<void> {
  const open = await blobs.put(chunks(Buffer.from('a booklet\n')))
  await store.documents.add(newDocument(open.sha256))
  await store.documents.add(newDocument('z'))
  await store.documents.markReady('z', longDocument('z'))
  await sign(store, 'z')
  await addExamples(store, 'letters', [datasetEntry('z', 'evaluation')])
  await addExamples(store, 'late', [datasetEntry('late', 'evaluation')])
  await store.audit.append([{ actor: 'ann', action: 'exported', subject: 'z' }])
}

async function sign({ signatures }: Store, document: string): Promise<void> {
  const seen = await signatures.last()
  await signatures.add(document, { content: Uint8Array.of(0, 0, 0, 0, 9), keys: [9], seen })
}

/** As a version on top of the newest one. */
async function addExamples({ datasets }: Store, dataset: string, added: DatasetEntry[]) {
  const createdBy = added.some(({ split }) => split === 'evaluation') ? 'ann' : 'cleo'
  const after = await datasets.version('everything', { dataset })
  const before = after && (await datasets.entries('everything', after.id, { limit: 99 }))
  const entries = [...(before ?? []), ...added]
  const hash = entries.map(({ id }) => id).join()
  const version = newDatasetVersion(entries, { hash, after: after ?? undefined })
  await datasets.addVersion({ ...version, dataset, createdBy })
}

async function fillHiddenDocument(store: Store, blobs: Blobs): Promise<void> {
  await blobs.put(chunks(Buffer.from(canaryFile)))
  const document = newDocument(canarySha256, { split: 'test' })
  const group = { ...document.group, id: `group-${canary}` }
  await store.documents.add({ ...document, id: canary, name: `${canary}.pdf`, group })
  await store.documents.markReady(canary, longDocument(canary))
  const review = `review-${canary}`
  await store.reviews.create({ ...newReview(canary), id: review })
  await store.parts.plan(review, [{ agent: 'grammar', chunk: 0 }])
  const issue = { ...newIssue(1), id: `issue-${canary}`, text: canary }
  const part = { review, agent: 'grammar', chunk: 0 }
  await store.parts.finish(part, { issues: [issue], events: [event('issues')] })
  const edit = { kind: 'edited' as const, edit: { suggestedFix: canary } }
  await store.verdicts.add({ ...verdict(review, issue, edit), id: `verdict-${canary}` }, 0)
  await store.readMarks.add({ ...readMark(review, canary), id: `mark-${canary}` })
  await store.answers.put({ key: `key-${canary}`, answer, document: canary })
  const evaluation = newEvaluation(`evaluation-${canary}`)
  await store.testEvaluations.start(evaluation)
  await store.testEvaluations.finish(evaluation.id, evaluationRun, evaluationDetails)
}

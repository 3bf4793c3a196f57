import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { record } from '../../access/audit.ts'
import { recordNewVersion } from '../../access/dataset-change.ts'
import { datasetReader } from '../../access/dataset-reader.ts'
import { findVersion, versionEntry } from '../../dataset/dataset-answers.ts'
import { exportFile } from '../../dataset/export-lines.ts'
import { importVersion, requireDatasetName } from '../../dataset/import-version.ts'
import { type ColumnMapping, parseSentMapping } from '../../dataset/column-mapping.ts'
import { loadExamples } from '../../dataset/loaded-example.ts'
import { quoted } from '../../dataset/line-error.ts'
import { readUpload } from '../../dataset/read-upload.ts'
import { once } from '../../lib/once.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { peopleNames } from '../../review/people-names.ts'
import type { ReviewHost } from '../../review/review-host.ts'
import { storedTexts } from '../../review/stored-text.ts'
import { readReviewSettings } from '../../review/review-settings.ts'
import { Split } from '../../schema/access.ts'
import { ImportFields } from '../../schema/api/datasets.ts'
import { VersionHash } from '../../schema/api/dataset-version.ts'
import { flowSearch } from '../flow-sources.ts'
import { readMultipartFile } from '../multipart-file.ts'
import { contextOf, type App } from '../request-context.ts'
import { sendFile } from '../send-file.ts'

type Host = Pick<ReviewHost, 'store' | 'flows' | 'splitKey'>

/** Datasets as files, which are streamed; the gate stands before. */
export function addDatasetFiles(app: App, host: Host): void {
  const { store } = host
  app.post('/api/datasets/:dataset/versions', async (c) => {
    const { actor } = contextOf(c)
    const dataset = c.req.param('dataset')
    requireDatasetName(dataset)
    const file = await readMultipartFile(c.req.raw)
    const folder = await mkdtemp(path.join(tmpdir(), 'proofloop-dataset-'))
    try {
      const sent = once(async () => fieldsOf(await file.fields()))
      const read = await readUpload(file, folder, {
        stored: storedTexts(store, actor),
        columns: async () => mappingOf(await sent()),
      })
      const fields = await sent()
      const examples = await loadExamples(read, host.flows.documents)
      const { splitShares: shares } = await readReviewSettings(store)
      const details = { mode: fields.mode, splits: fields.splits }
      const { note = null, mode, splits } = fields
      const showHidden = fields.showHidden === 'true'
      const content = { dataset, examples, mode, splits, note, showHidden, source: file.name }
      const from = { store, splitKey: host.splitKey, shares }
      const { version, ...done } = await importVersion(
        from,
        { ...content, createdBy: actor.id, search: await flowSearch(host) },
        (planned) => recordNewVersion(store, actor, { dataset, details, version: planned }),
      )
      await datasetReader(store, actor).recordOutcome(version, done)
      const entry = versionEntry(version, await peopleNames(store))
      return c.json({ ...entry, ...done }, 201)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
  app.get('/api/datasets/:dataset/versions/:version/export', async (c) => {
    const { actor } = contextOf(c)
    const reader = datasetReader(store, actor)
    const wanted = wantedOf(c.req.param())
    const split = splitOf(c.req.query('split'))
    const version = await findVersion(reader, wanted)
    const details = { dataset: version.dataset, ...(split !== undefined && { split }) }
    await record(store, actor, { action: 'exported', subject: version.hash, details })
    const { content, sha256, bytes } = await exportFile(reader, version, split)
    const digest = Buffer.from(sha256, 'hex').toString('base64')
    const name = `${version.dataset}${split === undefined ? '' : `-${split}`}.jsonl`
    const headers = { 'repr-digest': `sha-256=:${digest}:`, 'x-dataset-hash': version.hash }
    return sendFile({ content, name, type: 'application/jsonl', bytes, headers })
  })
}

/** Of what is no name and no hash there is no version. */
function wantedOf({ dataset = '', version }: { dataset?: string; version?: string }) {
  return { dataset, version: VersionHash.safeParse(version).data ?? 'none' }
}

function splitOf(given: string | undefined): Split | undefined {
  if (given === undefined) return undefined
  const split = Split.safeParse(given)
  if (split.success) return split.data
  throw new UserFacingError('split-unknown', `There are the splits ${Split.options.join(', ')}.`)
}

function mappingOf({ columnMapping }: ImportFields): ColumnMapping | undefined {
  return columnMapping === undefined ? undefined : parseSentMapping(columnMapping)
}

/** An empty field of a form is none, but one that nobody knows is a mistake all the same. */
function fieldsOf(fields: Record<string, string>): ImportFields {
  const unknown = Object.keys(fields).find((name) => !Object.hasOwn(ImportFields.shape, name))
  if (unknown !== undefined) {
    throw malformed(`The form has a field ${quoted(unknown)}, which is not known.`)
  }
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
  const parsed = ImportFields.safeParse(given)
  if (parsed.success) return parsed.data
  throw malformed(`The field ${quoted(String(parsed.error.issues[0]?.path[0]))} is not understood.`)
}

function malformed(why: string): UserFacingError {
  return new UserFacingError(
    'upload-malformed',
    `${why} Besides \`file\`, the form may have \`mode\` (replace or add), \`splits\` (drawn, given, evaluation, test or audit), \`columnMapping\` (JSON such as {"issues": "gt_json"}), \`showHidden\` (true or false) and \`note\` (at most 1000 characters).`,
  )
}

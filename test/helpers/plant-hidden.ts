import { bundleFlow, packBundle } from '../../src/flow/bundle.ts'
import { timeOrderedId } from '../../src/lib/time-ordered-id.ts'
import type { Role, Split } from '../../src/schema/access.ts'
import { scanOf } from './scan-of.ts'
import { formWith, type testServer } from './test-server.ts'
import { writePdf } from './write-pdf.ts'

type Server = Awaited<ReturnType<typeof testServer>>
export type Ask = Server['solo']
export type Account = { id: string; cookie: string }
export type Accounts = Record<Role | 'ray' | 'dummy' | 'assigned' | 'both' | 'second', Account>

/** Begins every word that is hidden. */
export const canary = 'zqcanary'

/** The word for each place where something is hidden, so that one can see which were found. */
export const places = {
  name: `${canary}name`,
  text: `${canary}text`,
  pdf: `${canary}pdf`,
  broken: `${canary}broken`,
  found: `${canary}found`,
  edit: `${canary}edit`,
  reason: `${canary}reason`,
  type: `${canary}type`,
  missed: `${canary}missed`,
  fix: `${canary}fix`,
  dataset: `${canary}dataset`,
  example: `${canary}example`,
  sentence: `${canary}sentence`,
  label: `${canary}label`,
  note: `${canary}note`,
  apart: `${canary}apart`,
  scan: `${canary}scan`,
  command: `${canary}command`,
  assigned: `${canary}assigned`,
  both: `${canary}both`,
  notice: `${canary}notice`,
  decision: `${canary}decision`,
} as const

/**
 * What somebody may have who guesses a hidden document. Each role has another one, and none is a copy of the
 * other: what two roles bring of one text is of one group, and what one of them is told then depends on the
 * other.
 */
export const hiddenTexts = {
  engineer: `Memo of ${places.text} for engineers: the office will always be open on weekdays.

We answer letters of engineers within a week, and keep each of them for engineers.`,
  reviewer: `Notice by ${places.text} to reviewers: this counter will always take parcels on weekdays.

Whoever comes after noon finds a locked door, and a bell which someone hears when it is rung twice.`,
}

export const brokenPdf = new Uint8Array([0x25, 0x50, 0x44, 0x46])

/** What an engineer works with: a document with a review and a verdict, a draft, a bundle, evaluations. */
export async function seed(server: Server, accounts: Accounts, flow: string) {
  const engineer = server.as(accounts.engineer.cookie)
  const custodian = server.as(accounts.custodian.cookie)
  const reviewer = server.as(accounts.reviewer.cookie)
  const letter = 'Letter 7: the desk will always be here.\n\nWe never close.'
  const sha256 = await upload(server, engineer, formWith(letter, 'letter.txt'))
  const review = await reviewed(server, engineer, sha256)
  const person = accounts.reviewer.id
  await json(custodian('PUT', `/api/documents/${sha256}/assignee`, { person }))
  const issues = await issuesOf(reviewer, review)
  await judge(reviewer, `/api/reviews/${review}/issues/${issues[0]}`, { kind: 'accepted' })
  const files = [{ name: 'guidelines.md', text: 'Be brief.' }]
  await markRead(reviewer, review)
  const { version: draft } = await json<{ version: string }>(
    engineer('POST', '/api/flow/drafts', { agent: 'absolutes', files }),
  )
  const examples = ['a', 'b'].map((id) => exampleLine(id, 'evaluation', 'The desk is always open.'))
  const dataset = await addVersion(custodian, 'letters', { lines: examples, note: 'First.' })
  await labelApart(server.as(accounts.second.cookie), 'a', 'Tone')
  for (const role of ['baseline', 'anchor']) {
    await json(custodian('POST', '/api/flow/references', { role }))
  }
  const evaluations = [await evaluated(server, engineer), await evaluated(server, engineer)]
  // Hidden, but given to somebody who may see nothing else of it.
  const given = {
    assigned: await giveHidden(server, accounts, 'assigned'),
    both: await giveHidden(server, accounts, 'both'),
  }
  const bundle = await keepBundle(engineer, flow)
  const labelled = await exampleHashes(custodian)
  const own = await ownedBy(server, accounts)
  const made = { draft, evaluations, dataset, given, bundle, labelled, own }
  return { sha256, review, issue: issues[1] ?? '', ...made }
}

/** Of the examples in `letters`, as who labels them has to know them. */
async function exampleHashes(custodian: Ask) {
  const [a, b] = await Promise.all(
    ['a', 'b'].map((id) => {
      const address = `/api/datasets/letters/versions/newest/example?id=${id}`
      return json<{ id: string; hash: string; document: string }>(custodian('GET', address))
    }),
  )
  if (a === undefined || b === undefined) throw new Error('An example is missing.')
  return { a: { id: a.id, hash: a.hash }, b: { id: b.id, hash: b.hash }, text: b.document }
}

/** A key and a session of the engineer that can be ended, and who labels and may own datasets. */
async function ownedBy(server: Server, { engineer, custodian, second }: Accounts) {
  const ask = server.as(engineer.cookie)
  const made = ask('POST', '/api/me/keys', { name: 'spare', permissions: ['documents:read'] })
  const { key } = await json<{ key: { id: string } }>(made)
  await server.accounts.signIn(engineer.id)
  const { sessions } = await json<{ sessions: { id: string; current: boolean }[] }>(
    ask('GET', '/api/me/sessions'),
  )
  const session = sessions.find(({ current }) => !current)?.id ?? ''
  return { key: key.id, session, custodians: [custodian.id, second.id] }
}

/** Of the flow as it is. */
async function keepBundle(ask: Ask, flow: string) {
  const { bytes: packed, sha256 } = packBundle(await bundleFlow(flow, { paragraphsPerChunk: 32 }))
  const bytes = new Uint8Array(packed)
  await json(ask('PUT', `/api/bundles/${sha256}`, formWith(bytes, 'own')))
  return { sha256, bytes }
}

async function giveHidden(server: Server, accounts: Accounts, whom: 'assigned' | 'both') {
  const custodian = server.as(accounts.custodian.cookie)
  const text = `To ${places[whom]}: this will always be so.`
  const document = await upload(server, custodian, formWith(text, 'given.txt'))
  const person = accounts[whom].id
  await json(custodian('PUT', `/api/documents/${document}/assignee`, { person }))
  const review = await reviewed(server, custodian, document)
  const [issue = ''] = await issuesOf(custodian, review)
  return { document, review, issue }
}

/** What was given to ray to review, of which others may know nothing. */
export async function plant(server: Server, accounts: Accounts) {
  const ask = server.as(accounts.ray.cookie)
  const first = await upload(server, ask, formWith(hiddenTexts.engineer, `${places.name}.txt`))
  const review = await reviewed(server, ask, first)
  const address = `/api/reviews/${review}/issues`
  const [one, other] = await issuesOf(ask, review)
  const edit = { explanation: `It is ${places.edit}.` }
  await judge(ask, `${address}/${one}`, { kind: 'edited', edit })
  const reason = { kind: 'other', text: places.reason }
  await judge(ask, `${address}/${other}`, { kind: 'dismissed', reason })
  const place = { type: places.type, paragraph: 0, start: 0, end: 4 }
  const missed = { ...place, explanation: places.missed, suggestedFix: places.fix }
  await json(ask('POST', address, missed))
  // All of it was read: what is said of it may become an example.
  await markRead(ask, review)
  const second = await upload(server, ask, formWith(hiddenTexts.reviewer, 'second.txt'))
  const later = await reviewed(server, ask, second)
  const proposed = await proposable(server, ask)
  const line = { x: 72, y: 700, text: `The ${places.pdf} will always be there.` }
  const pdf = new Uint8Array(writePdf([{ texts: [line] }]))
  const third = await upload(server, ask, formWith(pdf, 'plain.pdf'))
  const broken = await upload(server, ask, formWith(brokenPdf, `${places.broken}.pdf`))
  const scanned = await upload(server, ask, await scanWith(`The ${places.scan} is here.`))
  const custodian = server.as(accounts.custodian.cookie)
  const sentence = `The ${places.sentence} is always open.`
  const lines = (['test', 'audit'] as const).map((split) =>
    exampleLine(`${places.example}-${split}`, split, `${sentence} So it is in ${split}.`),
  )
  const hidden = { lines, note: places.note }
  const datasets = [
    await addVersion(custodian, 'letters', hidden),
    await addVersion(custodian, places.dataset, hidden),
    await merged(custodian, review),
  ]
  await labelApart(custodian, `${places.example}-test`)
  await labelApart(custodian, 'a')
  return {
    datasets,
    evaluations: await measured(server, custodian),
    documents: [first, second, third, broken, scanned],
    reviews: [review, later],
    issues: [one ?? '', other ?? ''],
    proposed: Object.values(proposed),
  }
}

export async function json<Body>(answering: Response | Promise<Response>): Promise<Body> {
  const answer = await answering
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Body
}

async function upload(server: Server, ask: Ask, file: FormData): Promise<string> {
  const { sha256 } = await json<{ sha256: string }>(ask('POST', '/api/documents', file))
  await server.until(async () =>
    (await server.store.documents.sharing([sha256])).every(({ state }) => state !== 'reading'),
  )
  return sha256
}

/** A picture of a page, to be read by OCR. */
async function scanWith(text: string): Promise<FormData> {
  const line = { x: 40, y: 660, text, size: 14 }
  const scan = await scanOf(writePdf([{ cropBox: [0, 600, 400, 700], texts: [line] }]))
  const form = formWith(new Uint8Array(scan), 'scan.pdf')
  form.set('ocr', 'true')
  return form
}

/** Read to the end, so that it can become an example, and of which nobody asks anything else. */
async function proposable(server: Server, ask: Ask) {
  const text = `Nothing of the ${places.text} is wrong in this note about a third counter.`
  const document = await upload(server, ask, formWith(text, 'third.txt'))
  const review = await reviewed(server, ask, document)
  await markRead(ask, review)
  return { review, document }
}

/** What was said in a review, as an example of `letters`. @returns the hash of the new version */
async function merged(custodian: Ask, review: string): Promise<string> {
  const address = '/api/datasets/letters/proposals/merge'
  const sent = custodian('POST', address, { reviews: [review], rotate: false })
  return (await json<{ hash: string }>(sent)).hash
}

async function reviewed(server: Server, ask: Ask, document: string): Promise<string> {
  const { id } = await json<{ id: string }>(ask('POST', '/api/reviews', { document }))
  await server.until(async () => (await server.store.reviews.get(id))?.endedAt !== null)
  return id
}

async function evaluated(server: Server, ask: Ask): Promise<string> {
  const wanted = { dataset: 'memos', repeats: 1 }
  const { id } = await json<{ id: string }>(ask('POST', '/api/evaluations', wanted))
  await server.until(async () => (await server.store.evaluations.get(id))?.endedAt !== null)
  return id
}

/** Baseline and anchor, on what is hidden in `letters`. */
async function measured(server: Server, custodian: Ask): Promise<string[]> {
  const address = '/api/datasets/letters/references'
  await json(custodian('POST', `${address}/measure`, {}))
  const look = () =>
    json<{ items: { evaluation: { id: string; state: string } }[] }>(custodian('GET', address))
  await server.until(async () =>
    (await look()).items.every(({ evaluation }) => evaluation.state === 'done'),
  )
  return (await look()).items.map(({ evaluation }) => evaluation.id)
}

function exampleLine(id: string, split: Split, sentence: string): string {
  const start = sentence.indexOf('always')
  const location = { paragraph: 0, start, end: start + 6 }
  const type = split === 'evaluation' ? 'Tone' : places.label
  const issues = [{ type, text: 'always', location }]
  return `${JSON.stringify({ id, split, paragraphs: [`${sentence} ${id}`], issues })}\n`
}

/** @returns its hash, as custodians see it */
export async function addVersion(
  custodian: Ask,
  dataset: string,
  { lines, note }: { lines: string[]; note: string },
): Promise<string> {
  const form = formWith(lines.join(''), `${note}.jsonl`)
  for (const [name, value] of Object.entries({ mode: 'add', splits: 'given', note })) {
    form.set(name, value)
  }
  const sent = custodian('POST', `/api/datasets/${dataset}/versions`, form)
  return (await json<{ hash: string }>(sent)).hash
}

/** A custodian's own labels of an example, beside those that the version has. */
async function labelApart(custodian: Ask, id: string, type: string = places.apart): Promise<void> {
  const address = '/api/datasets/letters/label-sets/example'
  const { document } = await json<{ document: string }>(custodian('GET', `${address}?id=${id}`))
  const issues = [{ type, text: 'always', location: {} }]
  const set = { id, document, revision: 0, state: 'handed-in', issues }
  await json(custodian('PUT', address, set))
}

async function issuesOf(ask: Ask, review: string): Promise<string[]> {
  const { issues } = await json<{ issues: { issue: { id: string } }[] }>(
    ask('GET', `/api/reviews/${review}/issues`),
  )
  return issues.map(({ issue }) => issue.id)
}

async function judge(ask: Ask, issue: string, judgement: object): Promise<void> {
  await json(ask('POST', `${issue}/verdicts`, { version: 0, judgement }))
}

async function markRead(ask: Ask, review: string): Promise<void> {
  const mark = timeOrderedId()
  await json(ask('PUT', `/api/reviews/${review}/read-marks/${mark}`, { kind: 'read' }))
}

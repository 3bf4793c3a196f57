import { once } from 'node:events'
import { cp } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { permissionsOf } from '../../src/access/permissions.ts'
import { startScriptedServer, type Script } from '../../src/model/scripted-server.ts'
import { writeReviewSettings } from '../../src/review/review-settings.ts'
import { Role, type Split } from '../../src/schema/access.ts'
import type { Samples } from './input-samples.ts'
import { mailServer } from './mail-server.ts'
import { findPromises, promiseFlow } from './promise-flow.ts'
import { tempFolder } from './temp-folder.ts'
import { formWith, testServer } from './test-server.ts'
import { writePdf } from './write-pdf.ts'

type Server = Awaited<ReturnType<typeof testServer>>
type Ask = Server['solo']
type Account = { id: string; cookie: string }
type Accounts = Record<Role | 'ray' | 'dummy', Account>

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
} as const

/**
 * What somebody may have who guesses a hidden document. Each role has another one: what two roles bring of
 * one text is of one group, and what one of them is told then depends on the other.
 */
const hiddenTexts = {
  engineer: memo('engineers'),
  reviewer: memo('reviewers'),
}

function memo(whom: string): string {
  const first = `Memo of ${places.text} for ${whom}: the office will always be open on weekdays.`
  return `${first}\n\nWe answer letters of ${whom} within a week, and keep each of them for ${whom}.`
}

const brokenPdf = new Uint8Array([0x25, 0x50, 0x44, 0x46])

/** Finds promises; in a hidden text it says so where it explains them. */
const script: Script = (message) => {
  const reply = findPromises(message)
  const isHidden = message.messages.some(({ content }) => content.includes(places.text))
  if (!isHidden || !('text' in reply)) return reply
  return { ...reply, text: reply.text.replaceAll(' is untrue', ` is ${places.found} and untrue`) }
}

/** Somebody who has no right to what is hidden, by a session or by a key that may all that they may. */
export type Identity = { name: string; role: Role | 'nobody'; cookie?: string; key?: string }

export type HiddenWorld = Awaited<ReturnType<typeof hiddenWorld>>

/**
 * The data folder of a team twice: `without` anything hidden, and `with` documents, reviews, issues and
 * verdicts that only custodians and the reviewer ray may see. All ids and times that are in both are equal.
 */
export async function hiddenWorld() {
  await using stack = new AsyncDisposableStack()
  const models = stack.use(await startScriptedServer(script))
  const flow = stack.use(await promiseFlow(models, 6, 'flow/datasets/memos'))
  const folder = stack.use(await tempFolder())
  const post = stack.use(await mailServer())
  const hook = stack.use(await listener())
  const mail = { smtpUrl: post.url, from: 'proofloop@example.org', url: 'http://localhost:4310' }
  const open = (which: 'with' | 'without', work: boolean) =>
    testServer({
      dataFolder: folder.path(which),
      work,
      flow: flow.path('flow'),
      env: flow.env,
      mail,
    })

  const accounts = await onServer(open('without', true), async (server) => {
    await writeReviewSettings(server.store, {
      readyWebhook: hook.url,
      // Nothing that comes by others than engineers is of the split that they see.
      splitShares: { evaluation: 0, test: 0.5, audit: 0.5 },
    })
    return makeAccounts(server)
  })
  const { visible, identities } = await onServer(open('without', true), async (server) => ({
    visible: await seed(server, accounts),
    identities: await makeIdentities(server, accounts),
  }))
  await cp(folder.path('without'), folder.path('with'), { recursive: true })
  const toldBefore = hook.heard.length
  const planted = await onServer(open('with', true), async (server) => {
    const hidden = await plant(server, accounts)
    await server.until(async () => hook.heard.length >= toldBefore + hidden.reviews.length)
    await server.until(async () => post.received.length > hidden.reviews.length)
    const cursors = await cursorsOf(server.as(accounts.custodian.cookie))
    return { hidden, cursors, lines: server.lines }
  })
  const kept = stack.move()
  return {
    identities,
    custodian: accounts.custodian.cookie,
    hidden: planted.hidden,
    samplesFor: (role: Role | 'nobody') =>
      samplesFor(role, { visible, ...planted, dummy: accounts.dummy.id }),
    /** A server on one of them, on which nothing happens by itself. */
    open: (which: 'with' | 'without') => open(which, false),
    /** What left the server, or was written by it, while something hidden came in. */
    lines: planted.lines,
    mails: post.received,
    webhooks: hook.heard.slice(toldBefore),
    database: folder.path('with/proofloop.db'),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

async function onServer<Done>(
  opening: Promise<Server>,
  work: (server: Server) => Promise<Done>,
): Promise<Done> {
  await using server = await opening
  return await work(server)
}

async function listener() {
  const heard: string[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      heard.push(body)
      response.end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => void server.close()
  return { heard, url: `http://127.0.0.1:${port}/hook`, [Symbol.asyncDispose]: close }
}

async function makeAccounts(server: Server): Promise<Accounts> {
  const make = async (name: string, role: Role): Promise<Account> => {
    const { id, cookie, ask } = await server.person(name, [role])
    await json(ask('PUT', '/api/me/mails', { reviewReady: true }))
    return { id, cookie }
  }
  const roles = await Promise.all(
    Role.options.map(async (role) => [role, await make(role, role)] as const),
  )
  return {
    ...(Object.fromEntries(roles) as Record<Role, Account>),
    ray: await make('ray', 'reviewer'),
    dummy: await make('dummy', 'approver'),
  }
}

async function makeIdentities(server: Server, accounts: Accounts): Promise<Identity[]> {
  const others = Role.options.filter((role) => role !== 'custodian')
  const made = others.map(async (role): Promise<Identity[]> => {
    const { cookie } = accounts[role]
    const wanted = { name: 'all', permissions: [...permissionsOf([role])] }
    const { secret } = await json<{ secret: string }>(
      server.as(cookie)('POST', '/api/me/keys', wanted),
    )
    return [
      { name: role, role, cookie },
      { name: `a key of ${role}`, role, key: secret },
    ]
  })
  return [{ name: 'nobody', role: 'nobody' }, ...(await Promise.all(made)).flat()]
}

/** What an engineer works with: a document with a review and a verdict, a draft, evaluations. */
async function seed(server: Server, accounts: Accounts) {
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
  const { version: draft } = await json<{ version: string }>(
    engineer('POST', '/api/flow/drafts', { agent: 'absolutes', files }),
  )
  const examples = ['a', 'b'].map((id) => exampleLine(id, 'evaluation', 'The desk is always open.'))
  const dataset = await addVersion(custodian, 'letters', { lines: examples, note: 'First.' })
  for (const role of ['baseline', 'anchor']) {
    await json(custodian('POST', '/api/flow/references', { role }))
  }
  const evaluations = [await evaluated(server, engineer), await evaluated(server, engineer)]
  return { sha256, review, issue: issues[1] ?? '', draft, evaluations, dataset }
}

/** What was given to ray to review, of which others may know nothing. */
async function plant(server: Server, accounts: Accounts) {
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
  const second = await upload(server, ask, formWith(hiddenTexts.reviewer, 'second.txt'))
  const later = await reviewed(server, ask, second)
  const line = { x: 72, y: 700, text: `The ${places.pdf} will always be there.` }
  const pdf = new Uint8Array(writePdf([{ texts: [line] }]))
  const third = await upload(server, ask, formWith(pdf, 'plain.pdf'))
  const broken = await upload(server, ask, formWith(brokenPdf, `${places.broken}.pdf`))
  const custodian = server.as(accounts.custodian.cookie)
  const sentence = `The ${places.sentence} is always open.`
  const lines = (['test', 'audit'] as const).map((split) =>
    exampleLine(`${places.example}-${split}`, split, `${sentence} So it is in ${split}.`),
  )
  const hidden = { lines, note: places.note }
  const datasets = [
    await addVersion(custodian, 'letters', hidden),
    await addVersion(custodian, places.dataset, hidden),
  ]
  await labelApart(custodian, `${places.example}-test`)
  await labelApart(custodian, 'a')
  return {
    datasets,
    evaluations: await measured(server, custodian),
    documents: [first, second, third, broken],
    reviews: [review, later],
    issues: [one ?? '', other ?? ''],
  }
}

async function json<Body>(answering: Response | Promise<Response>): Promise<Body> {
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
async function addVersion(
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
async function labelApart(custodian: Ask, id: string): Promise<void> {
  const address = '/api/datasets/letters/label-sets/example'
  const { document } = await json<{ document: string }>(custodian('GET', `${address}?id=${id}`))
  const issues = [{ type: places.apart, text: 'always', location: {} }]
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

/** What a custodian sends to read on: it names rows, too. */
async function cursorsOf(ask: Ask): Promise<string[]> {
  const lists = ['documents', 'reviews'].map(async (list) => {
    const { next } = await json<{ next: string | null }>(ask('GET', `/api/${list}?limit=1`))
    return next ?? ''
  })
  return Promise.all(lists)
}

type Rows = {
  visible: Awaited<ReturnType<typeof seed>>
  hidden: Awaited<ReturnType<typeof plant>>
  cursors: string[]
  /** Somebody whom others may change. */
  dummy: string
}

function samplesFor(role: Role | 'nobody', { visible, hidden, cursors, dummy }: Rows): Samples {
  const none = '01a00000-0000-7000-8000-000000000000'
  const documents = [visible.sha256, ...hidden.documents, 'cd'.repeat(32)]
  const reviews = [visible.review, ...hidden.reviews, none]
  const [evaluation = '', other = ''] = visible.evaluations
  const guess = role === 'engineer' ? hiddenTexts.engineer : hiddenTexts.reviewer
  return {
    known: {
      sha256: documents,
      document: documents,
      documents,
      bundle: documents,
      hash: documents,
      review: reviews,
      issue: [visible.issue, ...hidden.issues, none],
      evaluation: [evaluation, ...hidden.evaluations, none],
      baseline: [evaluation, ...hidden.evaluations, none],
      candidate: [other, none],
      after: ['', ...cursors, ...reviews, 'a', `${places.example}-audit`],
      version: ['newest', visible.draft, visible.dataset, ...hidden.datasets, none],
      from: [visible.dataset, ...hidden.datasets],
      to: ['newest', visible.dataset, ...hidden.datasets],
      id: ['a', `${places.example}-test`, 'none'],
      flow: [visible.draft, none],
      dataset: ['letters', places.dataset, 'memos', 'letters@test', 'memos@evaluation', 'none'],
      person: [dummy, none],
      session: [none],
      key: [none],
      search: [canary, places.name, 'letter', 'e', '%', ''],
      agent: ['absolutes', places.type],
      agents: ['absolutes', places.type],
      email: ['new@example.org', 'other@example.org'],
    },
    words: ['true', 'probe', 'me', ...hidden.reviews, ...hidden.issues, ...hidden.documents],
    files: [
      new File(['A text of a new letter.'], 'new.txt'),
      new File([guess], 'guess.txt'),
      new File([guess.replace('weekdays', 'Mondays')], 'near.txt'),
      new File([brokenPdf], 'broken.pdf'),
    ],
  }
}

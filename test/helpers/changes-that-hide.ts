import path from 'node:path'
import { createMail } from '../../src/access/mail.ts'
import { writeReviewSettings } from '../../src/review/review-settings.ts'
import { answer } from '../../src/model/scripted-reply.ts'
import type { Script } from '../../src/model/scripted-server.ts'
import { changesOn } from '../../src/change/open-changes.ts'
import type { DecidedChange } from '../../src/change/change-step.ts'
import type { Files } from '../../src/change/git/git-samples.ts'
import type { Notification } from '../../src/schema/api/notifications.ts'
import type { ChangeStage, ChangeView } from '../../src/schema/change-views.ts'
import { NotificationKind } from '../../src/schema/stored-notification.ts'
import { createApp } from '../../src/server/app.ts'
import { workOnMail } from '../../src/server/work-on-mail.ts'
import { askingOf } from './asking.ts'
import { changeWorld, type ForgeWorld, type OpenForgeWorld } from './change-world.ts'
import { type Ask, json } from './gate-world.ts'
import { mailServer, type Received } from './mail-server.ts'
import { canary } from './plant-hidden.ts'
import { findPromises } from './promise-flow.ts'
import { formWith } from './test-server.ts'
import { webhookReceiver } from './webhook-receiver.ts'

/** The word for each place where something is hidden from whoever proposes changes. */
export const hiddenWords = {
  letter: `${canary}letter`,
  example: `${canary}example`,
  sentence: `${canary}sentence`,
  type: `${canary}type`,
  note: `${canary}note`,
  file: `${canary}file`,
  text: `${canary}text`,
  missed: `${canary}missed`,
  reason: `${canary}reason`,
} as const

/** What an approver wants of a change, which its author is to read. */
export const wanted = 'Say what a deadline is, and leave the rest as it was.'

/** What a prompt says, and the hidden letters in which its model then finds nothing. */
const habits: Record<string, RegExp> = {
  'Be odd.': /\btest-\d/u,
  'Be strange.': /\btest-0\b/u,
  'Be sly.': /\baudit-\d/u,
}

const forgetful: Script = (message) => {
  const text = JSON.stringify(message.messages)
  const isMissed = Object.entries(habits).some(
    ([habit, letters]) => text.includes(habit) && text.includes(canary) && letters.test(text),
  )
  return isMissed ? answer({ issues: [] }) : findPromises(message)
}

function habitual(habit: string): Files {
  const front = 'name: promises\ndescription: Finds promises\nmodel: { id: reviewer }'
  const metadata = 'metadata: { type: Promise, shots: 2 }'
  const prompt = `---\n${front}\n${metadata}\n---\nsystem:\nFind what is promised. ${habit}\n`
  return { 'agents/promises/agent.prompty': prompt }
}

/** Tells of a hidden letter wherever code can: it throws its text, and finds issues of its words. */
const telling = `import { defineFlow, DocumentInput, FlowOutput } from 'proofloop'
export default defineFlow({
  name: 'coded',
  input: DocumentInput,
  output: FlowOutput,
  async run({ document }, ctx) {
    const read = await ctx.document.read(document)
    const [{ text }] = read.paragraphs
    if (!text.includes('${canary}')) return ctx.reviewWithAgents(read)
    console.log(text)
    console.error(text)
    if (text.includes('test-1')) return { issues: [{ type: text, text, explanation: text }] }
    throw Object.assign(new Error(text), { code: text })
  },
})
`

/** Prints all that a test can find in a folder of the server's data, and fails. */
const looking = (folder: string): string => `import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
test('looks around', () => {
  console.log(process.env, readdirSync('/'), readdirSync('.'))
  for (const file of readdirSync(${JSON.stringify(folder)}, { recursive: true })) {
    console.log(file, readFileSync(${JSON.stringify(folder)} + '/' + file, 'latin1'))
  }
})
`

const origin = 'http://localhost:4310'

/**
 * Would pass, and reach what it may not, if anything of it decided how it is judged, or ran on the server: a
 * worse prompt with a policy, models, tests, attributes and hooks of its own.
 */
function rigged({ planted, elsewhere }: { planted: string; elsewhere: string }): Files {
  const plant = `try { require('node:fs').writeFileSync(${JSON.stringify(planted)}, 'x') } catch {}`
  const command = `node -e ${JSON.stringify(plant)}`
  const reviewer = { provider: 'openai-compatible', model: 'other', baseURL: `${elsewhere}/v1` }
  const gate = { margin: 0.99, minDocs: 2, audit: { wanted: false }, budget: { perAuthor: 999 } }
  const config = { models: { reviewer }, gate, changes: { policy: ['nothing'] } }
  return {
    ...habitual('Be odd.'),
    'proofloop.config.ts': `import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
${plant}
export default ${JSON.stringify(config)}
`,
    'evaluation.ts': 'export default { matches: () => true, metrics: { f05: () => 1 } }\n',
    'package.json': JSON.stringify({ scripts: { preinstall: command, test: command } }),
    '.gitattributes': '* filter=planted merge=planted diff=planted\n',
    '.github/workflows/test.yml': `on: push\njobs: { test: { steps: [{ run: '${command}' }] } }\n`,
    '.husky/pre-commit': `#!/bin/sh\n${command}\n`,
    'datasets/letters/gold.jsonl': '{}\n',
  }
}

export type ChangesThatHide<F extends ForgeWorld> = Awaited<ReturnType<typeof changesThatHide<F>>>

/**
 * A server with hidden documents, and changes of one author that take every way that a change can: each comes
 * near something hidden.
 */
export async function changesThatHide<F extends ForgeWorld>(
  openForge: (options: Parameters<OpenForgeWorld>[0]) => Promise<F>,
) {
  await using stack = new AsyncDisposableStack()
  const post = stack.use(await mailServer())
  const hook = stack.use(await webhookReceiver())
  const elsewhere = stack.use(await webhookReceiver())
  const world = stack.use(
    await changeWorld(openForge, {
      script: forgetful,
      word: hiddenWords.letter,
      sizes: { evaluation: 2, test: 8, audit: 4 },
      settings: { repeats: 1 },
      // Tests are those that a change has in its folder `tests`.
      changes: { functional: undefined },
    }),
  )
  const { host, eve, ada, cleo, store } = world
  const app = createApp({ ...world.appHost, changes: host.changes, webFolder: path.resolve('web') })
  const mail = await createMail({ smtpUrl: post.url, from: 'proofloop@example.org', url: origin })
  await workOnMail({ ...world.host, accounts: world.accounts, store, mail })
  // Who goes on with changes asks it.
  host.mail = mail
  const hasWalls = (await host.isolation()).isolation === 'os'
  // As a server does it: nothing of a change is loaded but behind walls.
  if (hasWalls)
    host.changes.testTree = changesOn(
      { ...host.changes, [Symbol.asyncDispose]: async () => {} },
      { ...host.changes, isolation: host.isolation, isSolo: host.isSolo },
    ).testTree
  const asking = askingOf(app, origin)
  const as = {
    eve: asking(eve),
    ada: asking(ada),
    cleo: asking(cleo),
  }
  const document = await plantMore(world)
  const olga = await world.person('olga', ['operator'])
  const settings = { changeWebhook: `${hook.url}/hook`, changeSlackWebhook: `${hook.url}/chat` }
  await json(olga.ask('PUT', '/api/settings', settings))
  const everywhere = ['mail', 'webhook', 'slack']
  const choices = Object.fromEntries(NotificationKind.options.map((kind) => [kind, everywhere]))
  for (const ask of [as.eve, as.ada]) {
    await json(ask('PUT', '/api/me/notification-settings', { choices }))
  }
  const all = stack.move()

  async function settled(id: string, stage: ChangeStage): Promise<DecidedChange> {
    const decided = await world.settle(id)
    if (decided.stage === stage) return decided
    throw new Error(`A change was to be ${stage}, and is ${JSON.stringify(decided)}.`)
  }
  const numberOf = async (id: string): Promise<number> => (await world.stored(id)).number
  /** By the page, with a reason that holds what only who may see the figures can know, where it is for those. */
  async function decide(id: string, decision: string): Promise<void> {
    const number = await numberOf(id)
    const { revision } = await json<ChangeView>(as.ada('GET', `/api/changes/${number}`))
    const isAsked = decision === 'changes-requested'
    const reason = isAsked ? wanted : `Of the letter ${hiddenWords.reason}.`
    const { head, tree } = revision!
    const about = { decision, head, tree, reason }
    await json(as.ada('POST', `/api/changes/${number}/decisions`, about))
  }
  return {
    ...world,
    app,
    asking,
    as,
    numberOf,
    /** The hash of a hidden document, and that of all that decides. */
    async hiddenHashes(): Promise<string[]> {
      const [gate] = await store.gates.list({ limit: 1 })
      return [document, gate?.testSet ?? '']
    },
    /** Milliseconds between a question to the gate and its answer. */
    async waitedFor(id: string): Promise<number> {
      const gate = await store.gates.get((await world.check(id, 'gate'))?.subject ?? '')
      return (gate?.answerAt ?? 0) - (gate?.startedAt ?? 0)
    },
    /** All that one person is told of one change, in the page and on the forge, without what names it. */
    told: (change: string, ask: Ask, onForge: string) => toldOf(world, { change, ask, onForge }),
    /** Two that were not passed: one is worse, of the other it cannot be told. */
    async twoNotPassed() {
      const worse = await world.propose({ branch: 'topic-of-worse', files: habitual('Be odd.') })
      await settled(worse, 'not-passed')
      const doubtful = await world.propose({
        branch: 'topic-of-doubt',
        files: habitual('Be strange.'),
      })
      await settled(doubtful, 'not-passed')
      return { worse, doubtful }
    },
    /**
     * Goes on with all the others, to their ends.
     * @param meanwhile once the forge was told all of those that it was told of before
     */
    async theOthers(doubtful: string, meanwhile: () => Promise<void> = async () => {}) {
      const note = 'agents/absolutes/notes.md'
      const good = await world.propose({ branch: 'good', files: { [note]: 'A note.\n' } })
      const clash = await world.propose({ branch: 'clash', files: { [note]: 'Another.\n' } })
      const coded = await world.propose({ branch: 'coded', files: { 'flow.ts': telling } })
      await settled(coded, 'not-passed')
      await settled(good, 'waits-for-approval')
      await decide(good, 'changes-requested')
      await settled(good, 'changes-requested')
      await decide(good, 'approved')
      await settled(good, 'deployable')
      await settled(clash, 'conflict')
      // Where no runner has tested it with what was merged since.
      const { stage } = await world.settle(doubtful)
      if (stage === 'waits-for-update') await world.forge.update('topic-of-doubt')
      await settled(doubtful, 'not-passed')
      await decide(doubtful, 'overridden')
      await settled(doubtful, 'deployable')
      await meanwhile()
      // What it passes the gate with is worse on audit.
      const sly = await world.propose({ branch: 'sly', files: habitual('Be sly.') })
      await settled(sly, 'waits-for-approval')
      await decide(sly, 'approved')
      await settled(sly, 'stopped')
      // Of somebody else.
      await world.propose({ branch: 'of-wim', by: 'wim' })
      // Where the server runs what a change brings along.
      if (hasWalls && host.changes.settings.forge.kind === 'local') {
        const files = { 'tests/look.test.mjs': looking(world.dataFolder) }
        await settled(await world.propose({ branch: 'looks', files }), 'not-passed')
      }
    },
    /** One that would be judged by what it brings along. */
    async rigged() {
      const planted = path.join(world.dataFolder, 'planted')
      const files = rigged({ planted, elsewhere: elsewhere.url })
      const change = await world.propose({ branch: 'rigged', files })
      await settled(change, 'not-passed')
      return { change, planted, elsewhere: elsewhere.heard }
    },
    /** Mails and messages to webhooks, once all are sent that somebody was to get. */
    async sent(): Promise<{ mails: Received[]; webhooks: string[] }> {
      const lists = [as.eve, as.ada].map((ask) =>
        json<{ items: Notification[] }>(ask('GET', '/api/me/notifications?limit=100')),
      )
      const told = (await Promise.all(lists)).flatMap(({ items }) => items).length
      await world.until(async () => post.received.length >= told && hook.heard.length >= 2 * told)
      return { mails: post.received, webhooks: hook.heard }
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** Hidden examples with labels and names of their own, and a document that somebody else brought. */
async function plantMore({
  cleo,
  rob,
  store,
  until,
}: Awaited<ReturnType<typeof changeWorld>>): Promise<string> {
  const lines = (['test', 'audit'] as const).map((split) => {
    const text = `The ${hiddenWords.sentence} of ${split} is closed.`
    const location = { paragraph: 0, start: text.indexOf('closed'), end: text.length - 1 }
    const issues = [{ type: hiddenWords.type, text: 'closed', location }]
    const id = `${hiddenWords.example}-${split}`
    return `${JSON.stringify({ id, split, paragraphs: [text], issues })}\n`
  })
  const form = formWith(lines.join(''), `${hiddenWords.note}.jsonl`)
  const more = { mode: 'add', splits: 'given', note: hiddenWords.note }
  for (const [name, value] of Object.entries(more)) form.set(name, value)
  await json(cleo.ask('POST', '/api/datasets/letters/versions', form))

  await writeReviewSettings(store, { splitShares: { evaluation: 0, test: 0.5, audit: 0.5 } })
  const text = `Memo of ${hiddenWords.text}: the office will always be open.`
  const file = formWith(text, `${hiddenWords.file}.txt`)
  const { sha256 } = await json<{ sha256: string }>(rob.ask('POST', '/api/documents', file))
  await until(async () =>
    (await store.documents.sharing([sha256])).every(({ state }) => state !== 'reading'),
  )
  const { id } = await json<{ id: string }>(rob.ask('POST', '/api/reviews', { document: sha256 }))
  await until(async () => (await store.reviews.get(id))?.endedAt !== null)
  const place = { type: hiddenWords.type, paragraph: 0, start: 0, end: 4 }
  const missed = { ...place, explanation: hiddenWords.missed, suggestedFix: hiddenWords.missed }
  await json(rob.ask('POST', `/api/reviews/${id}/issues`, missed))
  return sha256
}

type Of = { change: string; ask: Ask; onForge: string }
type Listed = { items: { id?: string; number?: number; change?: { number: number } }[] }

async function toldOf(
  { stored, check }: Awaited<ReturnType<typeof changeWorld>>,
  { change, ask, onForge }: Of,
): Promise<string[]> {
  const { number, branch } = await stored(change)
  const gate = (await check(change, 'gate'))?.subject ?? ''
  const about = [`changes/${number}`, `changes/${number}/diff`, `gates/${gate}/answer`]
  const answers = about.map(async (path) => {
    const response = await ask('GET', `/api/${path}`)
    return `${path} ${response.status} ${await response.text()}`
  })
  const lists = ['changes', 'gates/mine', 'me/notifications'].map(async (path) => {
    const response = await ask('GET', `/api/${path}?limit=100`)
    const { items = [] } = (await response.json()) as Partial<Listed>
    const own = items.filter(
      (item) => [item.number, item.change?.number].includes(number) || item.id === gate,
    )
    return `${path} ${own.length} ${JSON.stringify(own)}`
  })
  const all = [...(await Promise.all(answers)), ...(await Promise.all(lists)), onForge]
  return all.map((text) => comparable(text.replaceAll(branch, 'BRANCH'), number))
}

/** Without ids, hashes, times and what the change itself says otherwise. */
function comparable(text: string, number: number): string {
  return text
    .replaceAll(/"receipt":"(?:[^"\\]|\\.)*"/gu, receiptIn)
    .replaceAll(/\bBe \w+\./gu, 'HABIT')
    .replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gu, 'ID')
    .replaceAll(/\b(?:[0-9a-f]{64}|[0-9a-f]{40})\b/gu, 'HASH')
    .replaceAll(/\b20\d\d-\d\d-\d\dT[\d:.]+Z/gu, 'TIME')
    .replaceAll(/\b1[789]\d{11}\b/gu, 'TIME')
    .replaceAll(new RegExp(`(?<=changes/|Change |"number":|"reference":")${number}\\b`, 'gu'), 'N')
}

/** Without its signature, and its place in the budget. */
function receiptIn(text: string): string {
  const { receipt } = JSON.parse(`{${text}}`) as { receipt: string }
  const { receipt: own } = JSON.parse(receipt) as { receipt: object }
  return `"receipt":${JSON.stringify({ ...own, budgetEntry: 0 })}`
}

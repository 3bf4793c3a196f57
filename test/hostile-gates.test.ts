import { afterAll, beforeAll, expect, test } from 'vitest'
import { answer } from '../src/model/scripted-reply.ts'
import type { Script } from '../src/model/scripted-server.ts'
import type { Role } from '../src/schema/access.ts'
import type { EvaluationEntry } from '../src/schema/api/evaluations.ts'
import type { AuthorGate } from '../src/schema/api/gates.ts'
import { gateWorld, json } from './helpers/gate-world.ts'
import { findPromises } from './helpers/promise-flow.ts'
import { hindrance } from './helpers/run-hostile.ts'
import { toldToAuthor } from './helpers/told-to-author.ts'

// Ways that lead past the walls of a process: what a gate would tell by itself of what its flow did with a hidden word.

type World = Awaited<ReturnType<typeof gateWorld>>
type Gated = { told: AuthorGate; spent: number }

type Way = {
  /** What the flow does over a letter that matches. */
  code: string
  /** Of two candidates, to both of which the gate gives one answer. */
  letters: readonly [RegExp, RegExp]
  /** What its author has of one of them. */
  seen: (gated: Gated) => Promise<unknown>
  /** Takes its wall away. */
  without: () => Promise<void>
}

/** With all roles that an author may have besides. */
const author: Role[] = ['engineer', 'approver', 'operator']
/** As who is no author to the server: that they are one is the wall. */
const nobodysAuthor: Role[] = ['approver', 'operator']

const ask = (content: string): string =>
  `await ctx.model('reviewer').ask({ messages: [{ role: 'user', content: ${content} }], schema: DocumentInput.partial() })`
const tenMinutes = 600_000
const once = [/Zanzibar/u, /Atlantis/u] as const
const stack = new AsyncDisposableStack()
let world: World
let looksAs: Role[] = author
let sent = 0

/** The clock is set on by a model that is asked to be slow: no test waits, and none measures time. */
const script: Script = (message) => {
  const text = JSON.stringify(message.messages)
  if (text.includes('Be slow.')) world.setClock(world.host.now() + tenMinutes)
  return text.includes('Be slow.') || text.includes('Count ') ? answer({}) : findPromises(message)
}

/** A wall that only tests take away. */
async function isNoAuthor(): Promise<void> {
  looksAs = nobodysAuthor
  world.host.store.gates.askersOf = async () => new Map()
}

const ways: Record<string, Way> = {
  'run time': {
    code: ask("'Be slow. ' + sent"),
    letters: once,
    seen: async ({ told: { answerAt, startedAt } }) =>
      Math.floor((answerAt - startedAt) / tenMinutes),
    async without() {
      const { gates } = world.host.store
      const start = gates.start.bind(gates)
      gates.start = (gate) => start({ ...gate, every: null })
    },
  },
  'model usage counts': {
    code: `for (let i = 0; i < 9; i += 1) ${ask("'Count ' + i + sent + text")}`,
    letters: once,
    seen: async ({ spent }) => spent > 0,
    without: isNoAuthor,
  },
  'crash pattern': {
    code: 'process.abort()',
    letters: [/test-0/u, /test-[0-2]/u],
    seen: async ({ told: { id } }) => {
      const { status, body } = await lookAt(`/api/gates/${id}`)
      const { sides } = body as { sides?: { candidate: { pooled: { tp: number } } } }
      return [status, sides?.candidate.pooled.tp]
    },
    without: isNoAuthor,
  },
}

async function lookAt(address: string): Promise<{ status: number; body: unknown }> {
  await world.store.people.setRoles(world.eve.id, looksAs)
  const response = await world.eve.ask('GET', address)
  const body: unknown = await response.json()
  await world.store.people.setRoles(world.eve.id, author)
  return { status: response.status, body }
}

async function spentNow(): Promise<number> {
  const { body } = await lookAt('/api/budget')
  const { spent, spentByYou } = body as { spent: number | null; spentByYou: number | null }
  return (spent ?? 0) + (spentByYou ?? 0)
}

function send(body: string, letters: RegExp): Promise<string> {
  // Equal content has one answer, and so has an equal prompt.
  sent += 1
  return world.send({
    code: `import { defineFlow, DocumentInput, FlowOutput } from 'proofloop'
const sent = ${sent}
export default defineFlow({
  name: 'coded',
  types: ['Promise', 'Absolute', 'Sent ' + sent],
  input: DocumentInput,
  output: FlowOutput,
  async run({ document }, ctx) {
    const read = await ctx.document.read(document)
    const [{ text }] = read.paragraphs
    const found = await ctx.reviewWithAgents(read)
    if (${letters}.test(text)) {
      ${body}
    }
    return found
  },
})
`,
  })
}

async function gateOf(code: string, letters: RegExp): Promise<Gated> {
  const bundle = await send(code, letters)
  const before = await spentNow()
  const { told } = await world.gate({ bundle })
  return { told, spent: (await spentNow()) - before }
}

async function seenOfBoth({ code, letters, seen }: Way): Promise<unknown[]> {
  const all: unknown[] = []
  const answers: unknown[] = []
  for (const some of letters) {
    const gated = await gateOf(code, some)
    answers.push([gated.told.passed, gated.told.cause])
    all.push(await seen(gated))
  }
  // The one bit is the same: whatever else tells them apart is too much.
  expect(answers[0]).toEqual(answers[1])
  return all
}

beforeAll(async () => {
  world = stack.use(
    await gateWorld({ script, settings: { repeats: 1, budget: { perAuthor: 50, inTotal: 50 } } }),
  )
  await world.store.people.setRoles(world.eve.id, author)
  // What the agents ask of each letter is answered, so that it is paid by nobody after this.
  await gateOf('', /./u)
})
afterAll(() => stack.disposeAsync())

test.each(Object.entries(ways))('%s tells an author nothing of a hidden word', async (_, way) => {
  const [one, other] = await seenOfBoth(way)
  expect(one).toEqual(other)
})

const carried =
  "return { issues: [{ type: 'Promise', paragraph: 0, text: 'Carried: ' + text, sourceSentence: text, explanation: 'Carried: ' + text, suggestedFix: null, score: 1 }] }"

test('the text of an issue is shown to an author nowhere', async () => {
  const { told } = await gateOf(carried, /Zanzibar/u)
  const all = (await toldToAuthor(world.eve.ask, told.id)).join('\n')
  expect(all).toContain(told.id)
  expect(all).not.toMatch(/Carried:|Zanzibar/u)
})

/** Quotes each of which is searched for in the whole text. */
const nowhere = `for (let i = 0; i < 1000; i += 1) {
        const quote = ('zebra ' + i + ' always pya waht you ask fro ').repeat(3)
        found.issues.push({ type: 'Promise', paragraph: 9999, text: quote, sourceSentence: quote, explanation: '', suggestedFix: null, score: 1 })
      }`

/** How often others have their turn between what a flow reports and what is kept of it. */
async function turnsWhileComparing(ask: () => Promise<unknown>): Promise<number[]> {
  const { runner } = world.host.gate
  const { gates } = world.host.store
  const original = { run: runner.run.bind(runner), keepMeasure: gates.keepMeasure.bind(gates) }
  const turns: number[] = []
  let counting: NodeJS.Immediate | undefined
  let counted = 0
  function count(): void {
    counted += 1
    counting = setImmediate(count)
  }
  runner.run = async (wanted) => {
    const repeats = await original.run(wanted)
    // The smoke check runs it, too, and keeps nothing.
    clearImmediate(counting)
    counted = 0
    counting = setImmediate(count)
    return repeats
  }
  gates.keepMeasure = async (...kept) => {
    clearImmediate(counting)
    turns.push(counted)
    return original.keepMeasure(...kept)
  }
  await ask()
  Object.assign(runner, { run: original.run })
  Object.assign(gates, { keepMeasure: original.keepMeasure })
  return turns
}

test('while what a flow reports of a hidden word is compared, the server goes on serving', async () => {
  const turns = await turnsWhileComparing(async () => {
    const { told } = await gateOf(nowhere, /Zanzibar/u)
    expect([told.passed, told.cause]).toEqual([false, 'quality'])
  })
  expect(turns.length).toBeGreaterThan(0)
  expect(turns).not.toContain(0)
})

/** What the server does to answer about a file that no run reads, of content that was measured before. */
async function workOnNotes(notes: string): Promise<{ threads: number; reads: number }> {
  const bundle = await world.send({ notes })
  const { datasets } = world.host.store
  const version = datasets.version.bind(datasets)
  const work = { threads: 0, reads: 0 }
  const countThread = (): void => void (work.threads += 1)
  datasets.version = async (...asked) => {
    work.reads += 1
    return version(...asked)
  }
  process.on('worker', countThread)
  const { told } = await world.gate({ bundle })
  process.off('worker', countThread)
  Object.assign(datasets, { version })
  expect(told.passed).toBe(true)
  return work
}

test('a guess in a file that no run reads is looked for alike, and apart, whether it is right or wrong', async () => {
  await world.gate({ bundle: await world.send('a comment') })
  const letter = (id: string): string => `Letter ${id} of Zanzibar: the ${id} will always be open.`
  const wrong = await workOnNotes(letter('test-8'))
  const right = await workOnNotes(letter('test-3'))
  expect(right).toEqual(wrong)
  expect(right.threads).toBe(1)
})

const why = hindrance('namespaces')

test.skipIf(why !== null)(
  `it is shown where what it was found in is not hidden${why === null ? '' : ` (skipped: ${why})`}`,
  async () => {
    const bundle = await send(carried, /Letter/u)
    const wanted = { dataset: 'letters@evaluation', bundle, repeats: 1 }
    const { id } = await json<EvaluationEntry>(world.eve.ask('POST', '/api/evaluations', wanted))
    await world.until(async () => (await world.store.evaluations.get(id))?.state !== 'running')
    const report = await world.eve.ask('GET', `/api/evaluations/${id}/report`)
    expect(await report.text()).toContain('Carried: Letter')
  },
)

// The last ones: what they take away stays away.
test.each(Object.entries(ways))('%s tells of it without its wall', async (_, way) => {
  await way.without()
  const [one, other] = await seenOfBoth(way)
  expect(one).not.toEqual(other)
})

/** A wall that only tests take away: that what is found is counted by its kind. */
function countByText(): void {
  const { runner } = world.host.gate
  const run = runner.run.bind(runner)
  runner.run = async (wanted) => {
    const repeats = await run(wanted)
    return repeats.map(
      (repeat) =>
        new Map(
          Array.from(repeat, ([id, output]) => {
            const issues = output.issues.map((issue) => ({ ...issue, type: issue.text }))
            return [id, { ...output, issues }]
          }),
        ),
    )
  }
}

test('the text of an issue is told without its wall', async () => {
  await isNoAuthor()
  countByText()
  const { told } = await gateOf(carried, /Zanzibar/u)
  const { body } = await lookAt(`/api/gates/${told.id}`)
  expect(JSON.stringify(body)).toMatch(/Carried: Letter test-\d of Zanzibar/u)
})

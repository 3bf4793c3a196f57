import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { openAnswerJournal } from '../src/model/answer-journal.ts'
import { httpError, noReply } from '../src/model/scripted-reply.ts'
import { type Script, startScriptedServer } from '../src/model/scripted-server.ts'
import { buildPage } from './helpers/built-page.ts'
import { findPromises, promiseFlow } from './helpers/promise-flow.ts'
import { runInProcess } from './helpers/run-in-process.ts'

const root = path.resolve(import.meta.dirname, '..')
const evaluate = ['evaluate', '--flow', 'flow', '--dataset', 'memos', '--repeats', '2']

// What reports are written with.
beforeAll(buildPage)

/** Two shots and a consolidator in “promises”, one shot in “absolutes”. */
const requestsPerMemo = 4

async function withFlow(script: Script, documents?: number, limits?: object) {
  const server = await startScriptedServer(script)
  const flow = await promiseFlow({ baseURL: server.baseURL, limits }, documents)
  const run = (argv: string[], options: { signal?: AbortSignal } = {}) =>
    runInProcess(argv, flow.folder, { env: flow.env, ...options })
  return {
    server,
    flow,
    run,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await flow[Symbol.asyncDispose]()
    },
  }
}

/** What is measured, without what differs from run to run. */
function figures(stdout: string): unknown {
  const { pooled, agents, errorRate, confusion, duplicates, unresolved } = JSON.parse(stdout)
  return { pooled, agents, errorRate, confusion, duplicates, unresolved }
}

test('evaluate asks each agent for each memo and run; the same again sends nothing and says the same', async () => {
  await using own = await withFlow(findPromises)
  const first = await own.run([...evaluate, '--json'])
  expect(first.exitCode).toBe(0)
  expect(own.server.requests).toHaveLength(12 * 2 * requestsPerMemo)
  expect(JSON.parse(first.stdout)).toMatchObject({
    agents: { Promise: { tp: 12, fp: 4, fn: 0 }, Absolute: { tp: 12, fp: 4, fn: 0 } },
    account: { requests: 96, cached: 0, failed: 0, currency: 'USD' },
  })
  expect(first.stderr).toMatch(/Models: 96 requests · [\d,]+ tokens in, [\d,]+ out · \$0\.0\d+\./u)
  const again = await own.run([...evaluate, '--json'])
  expect(own.server.requests).toHaveLength(96)
  expect(figures(again.stdout)).toEqual(figures(first.stdout))
  expect(again.stderr).toContain('Models: 0 requests · 96 answers were kept from before.')
})

test('evaluate reviews as many documents at once as a model carries requests', async () => {
  const sixteenCame = Promise.withResolvers<void>()
  const held: Script = async (request, nth) => {
    if (nth === 15) sixteenCame.resolve()
    await sixteenCame.promise
    return findPromises(request)
  }
  await using own = await withFlow(held, 40, { concurrency: 16 })
  await own.run([...evaluate.slice(0, -1), '1', '--agents', 'absolutes'])
  expect(own.server.requests).toHaveLength(40)
  expect(own.server.busiest).toBe(16)
})

test('a changed agent is asked again, and no other', async () => {
  await using own = await withFlow(findPromises, 3)
  await own.run(evaluate)
  const before = own.server.requests.length
  await appendFile(own.flow.path('flow/agents/absolutes/agent.prompty'), 'Be brief.\n')
  await own.run(evaluate)
  const asked = own.server.requests.slice(before)
  expect(asked).toHaveLength(3 * 2)
  expect(asked.every(({ messages }) => messages[0]?.content.includes('Be brief.'))).toBe(true)
})

test('--no-cache asks again and leaves nothing', async () => {
  await using own = await withFlow(findPromises, 2)
  await own.run([...evaluate, '--no-cache'])
  await own.run([...evaluate, '--no-cache'])
  expect(own.server.requests).toHaveLength(2 * 2 * 2 * requestsPerMemo)
  expect(existsSync(own.flow.path('.proofloop'))).toBe(false)
})

test('--dry-run says what would be sent and cost, and sends nothing', async () => {
  await using own = await withFlow(findPromises, 3)
  const before = await own.run([...evaluate, '--dry-run'])
  expect(before.exitCode).toBe(0)
  expect(before.stdout).toMatch(
    /^Dry run: nothing was sent\.\nreviewer \(scripted-1\): 18 requests and at most 6 to judge what they find; 0 answers are kept\n {2}tokens: in about [\d,]+ to [\d,]+, out at most 12,000\n {2}cost: \$0\.0\d+ to \$0\.0\d+\n$/u,
  )
  expect(own.server.requests).toHaveLength(0)
  await own.run(evaluate)
  const after = await own.run([...evaluate, '--dry-run', '--json'])
  expect(JSON.parse(after.stdout)).toMatchObject({
    dryRun: true,
    models: [{ requests: 0, mayFollow: 0, cached: 24, costAtLeast: 0, costAtMost: 0 }],
  })
})

test('a run takes what was announced', async () => {
  await using own = await withFlow(findPromises, 3)
  const dry = await own.run([...evaluate, '--dry-run', '--json'])
  const [announced] = JSON.parse(dry.stdout).models
  const { account } = JSON.parse((await own.run([...evaluate, '--json'])).stdout)
  expect(account.requests).toBe(announced.requests + announced.mayFollow)
  expect(account.cost).toBeGreaterThanOrEqual(announced.costAtLeast)
  expect(account.cost).toBeLessThanOrEqual(announced.costAtMost)
  expect(account.inputTokens).toBeLessThanOrEqual(announced.allInputAtMost)
  // The estimate counts the schema, too, and the scripted server does not.
  expect(account.inputTokens).toBeGreaterThan(0.7 * announced.input)
})

test('--dry-run announces judging under the model that judges', async () => {
  await using own = await withFlow(findPromises, 3)
  const config = own.flow.path('flow/proofloop.config.ts')
  const settings = /\{ reviewer: (\{.*\}) \} \}/u.exec(await readFile(config, 'utf8'))?.[1]
  await writeFile(
    config,
    `export default { models: { reviewer: ${settings}, judge: ${settings} } }`,
  )
  const consolidator = '---\nmodel: { id: judge, options: { maxOutputTokens: 100 } }\n---\nJudge.\n'
  await writeFile(own.flow.path('flow/agents/promises/consolidator.prompty'), consolidator)
  const { stdout } = await own.run([...evaluate, '--dry-run', '--json'])
  expect(JSON.parse(stdout).models).toMatchObject([
    { alias: 'reviewer', requests: 18, mayFollow: 0, outputAtMost: 9000, allOutputAtMost: 9000 },
    { alias: 'judge', requests: 0, mayFollow: 6, allOutputAtMost: 600, costAtLeast: 0 },
  ])
})

test('when the budget is spent, what is done is kept, the rest is named, and more budget goes on', async () => {
  await using own = await withFlow(findPromises, 6)
  const { exitCode, stdout, stderr } = await own.run([...evaluate, '--max-tokens', '6000'])
  expect([exitCode, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(
    /\d+ of 12 runs over a document are done.+Not done: .*memo-000\d.*\[budget-exhausted\]/u,
  )
  const sent = own.server.requests.length
  expect(sent).toBeGreaterThan(0)
  expect(stderr).toMatch(
    new RegExp(`^Models: ${sent} requests · [\\d,]+ tokens in.+\\$0\\.0`, 'mu'),
  )
  const more = await own.run([...evaluate, '--json'])
  expect(JSON.parse(more.stdout)).toMatchObject({ pooled: { fn: 0 }, errorRate: 0 })
  expect(own.server.requests).toHaveLength(6 * 2 * requestsPerMemo)
})

test('a small budget is spent on whole documents, in their order', async () => {
  // Longer than an answer takes to be kept: until then the next question does not wait for its turn.
  const slow: Script = async (request) => {
    await delay(30)
    return findPromises(request)
  }
  await using own = await withFlow(slow, 12)
  const { stderr } = await own.run([...evaluate, '--max-tokens', '9000'])
  const done = Number(/(\d+) of 24 runs over a document are done/u.exec(stderr)?.[1])
  expect(done).toBeGreaterThan(0)
  // Of those that are not done, no more were begun than fit beside each other.
  expect(own.server.requests.length - done * requestsPerMemo).toBeLessThan(2 * requestsPerMemo)
  expect(stderr).toContain(`Not done: memo-000${done}, memo-000${done + 1}`)
})

test.each([
  ['--save', 'nowhere/run.json'],
  ['--report', 'nowhere/report.html'],
  ['--report', 'memos'],
])('evaluate says that %s %s cannot be written before it asks a model', async (option, file) => {
  await using own = await withFlow(findPromises, 1)
  const { exitCode, stderr } = await own.run([...evaluate, option, file])
  expect([exitCode, own.server.requests.length]).toEqual([2, 0])
  expect(stderr).toMatch(/^Error: .+ cannot be written \((ENOENT|EISDIR)\)\./u)
})

test('a review that the budget stops names the files that are not done, and exits with 2', async () => {
  await using own = await withFlow(findPromises)
  const names = ['a', 'b', 'c', 'd'].map((name) => `${name}.txt`)
  for (const name of names) {
    await writeFile(own.flow.path(name), `Memo ${name}: the office will always be open.\n`)
  }
  const review = ['review', ...names, '--flow', 'flow', '--json']
  const { exitCode, stdout, stderr } = await own.run([...review, '--max-tokens', '3000'])
  expect(exitCode).toBe(2)
  const results: { document: { file: string }; agents: Record<string, { status: string }> }[] =
    JSON.parse(stdout)
  const notDone = results.filter(({ agents }) =>
    Object.values(agents).some(({ status }) => status !== 'done'),
  )
  expect(notDone.length).toBeGreaterThan(0)
  expect(notDone.length).toBeLessThan(4)
  const named = notDone.map(({ document }) => document.file).join(', ')
  expect(stderr).toContain(`${4 - notDone.length} of 4 documents are done`)
  expect(stderr).toContain(`Not done: ${named}. [budget-exhausted]`)
  expect((await own.run(review)).exitCode).toBe(0)
  expect(own.server.requests).toHaveLength(4 * requestsPerMemo)
})

test('a second run on a file of answers is told which process writes it before it sends anything', async () => {
  await using own = await withFlow(findPromises, 2)
  const journal = await openAnswerJournal(own.flow.path('shared.jsonl'))
  const shared = [...evaluate, '--cache', 'shared.jsonl']
  const { exitCode, stdout, stderr } = await own.run(shared)
  expect([exitCode, stdout, own.server.requests.length]).toEqual([2, '', 0])
  expect(stderr).toMatch(/^Error: Process \d+ is writing .+--cache.+\[file-locked\]\n$/u)
  // To say what would be sent takes no lock.
  expect(await own.run([...shared, '--dry-run'])).toMatchObject({ exitCode: 0, stderr: '' })
  expect((await own.run(evaluate)).exitCode).toBe(0)
  await journal[Symbol.asyncDispose]()
})

test('where every document failed there are no figures', async () => {
  await using own = await withFlow(() => httpError(400), 2)
  const { exitCode, stdout, stderr } = await own.run([...evaluate, '--json'])
  expect([exitCode, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(
    /Nothing was measured: all 4 runs .+\[model-error\].*\[nothing-measured\]/u,
  )
})

test('--max-cost with a model of unknown price is refused before anything is sent', async () => {
  await using own = await withFlow(findPromises, 2)
  const config = own.flow.path('flow/proofloop.config.ts')
  const unpriced = (await readFile(config, 'utf8')).replace(/"price":\{[^}]*\},/u, '')
  await writeFile(config, unpriced)
  const { exitCode, stderr } = await own.run([...evaluate, '--max-cost', '1'])
  expect([exitCode, own.server.requests.length]).toEqual([2, 0])
  expect(stderr).toMatch(/\[price-unknown\]/u)
})

test('one request in ten that fails loses nothing and changes no figure', async () => {
  await using calm = await withFlow(findPromises)
  const undisturbed = await calm.run([...evaluate, '--json'])
  const faults = [
    httpError(429, { retryAfter: 0 }),
    httpError(500),
    noReply('reset'),
    noReply('hang'),
  ]
  const faulty: Script = (request, nth) =>
    nth % 10 === 3
      ? (faults[Math.floor(nth / 10) % faults.length] ?? httpError(500))
      : findPromises(request)
  // So long that only those stall that are to.
  await using rough = await withFlow(faulty, 12, { firstByteMs: 5000 })
  const disturbed = await rough.run([...evaluate, '--json'])
  expect(figures(disturbed.stdout)).toEqual(figures(undisturbed.stdout))
  const { account } = JSON.parse(disturbed.stdout)
  expect(account.retries).toBeGreaterThanOrEqual(10)
  expect(account).toMatchObject({ requests: 96 + account.retries, failed: 0 })
})

test('a memo that no model answers is a failed document, not one without issues', async () => {
  await using own = await withFlow((request) =>
    JSON.stringify(request.messages).includes('Memo 1:') ? httpError(400) : findPromises(request),
  )
  const { stdout, stderr, exitCode } = await own.run([...evaluate, '--json'])
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ errorRate: 1 / 12, pooled: { fn: 2 } })
  expect(stderr).toMatch(/Warning: failed on 2 documents: .+\[model-error\]/u)
})

test('Ctrl-C exits 130 at once and keeps what is answered', async () => {
  const stop = new AbortController()
  await using own = await withFlow((request, nth) => {
    if (nth === 20) stop.abort()
    return nth > 20 ? noReply('hang') : findPromises(request)
  })
  const { exitCode, stderr } = await own.run(evaluate, { signal: stop.signal })
  expect(exitCode).toBe(130)
  expect(stderr).toMatch(/Models: \d+ requests · .+ \(unknown for \d requests\) · cost unknown\./u)
  using database = new DatabaseSync(own.flow.path('.proofloop/proofloop.db'))
  const kept = database.prepare('select count(*) as answers from answers').get()
  expect(kept?.['answers']).toBeGreaterThan(14)
})

test('the key is in no output, file or trace', async () => {
  await using own = await withFlow((request, nth) =>
    nth % 7 === 2
      ? httpError(401, { message: `wrong key ${own.flow.key}` })
      : findPromises(request),
  )
  const extras = ['--trace', 'trace.jsonl', '--trace-content', '--report', 'report.html']
  const { stdout, stderr } = await own.run([...evaluate, ...extras, '--save', 'run.json'])
  const files = ['trace.jsonl', 'report.html', 'run.json', '.proofloop/proofloop.db']
  const texts = await Promise.all(files.map((name) => readFile(own.flow.path(name), 'utf8')))
  for (const text of [stdout, stderr, ...texts]) {
    expect(text.length).toBeGreaterThan(0)
    expect(text).not.toContain(own.flow.key)
  }
  expect(own.server.requests[0]?.headers.authorization).toBe(`Bearer ${own.flow.key}`)
})

test('review asks the models, too, and says in one line what to set when it cannot', async () => {
  await using own = await withFlow(findPromises)
  const letter = own.flow.path('letter.txt')
  await appendFile(letter, 'We will always pay. Nobody reads this.')
  const asked = await own.run(['review', letter, '--flow', 'flow', '--json'])
  const { issues, agents } = JSON.parse(asked.stdout)
  expect(agents).toMatchObject({ promises: { status: 'done' }, absolutes: { status: 'done' } })
  expect(issues).toMatchObject([
    { agent: 'absolutes', text: 'always', suggestedFix: 'usually', location: { start: 8 } },
    { agent: 'promises', text: 'always', score: 7 },
  ])
  const unset = await runInProcess(['review', letter, '--flow', 'flow'], own.flow.folder)
  expect(unset.stdout.match(/skipped.*SCRIPTED_KEY/gu)).toHaveLength(2)
  expect(unset.exitCode).toBe(2)
})

test('review --dry-run counts the answers that are kept', async () => {
  await using own = await withFlow(findPromises)
  await appendFile(own.flow.path('letter.txt'), 'We will always pay. Nobody reads this.')
  const review = ['review', 'letter.txt', '--flow', 'flow', '--json']
  await own.run(review)
  await appendFile(own.flow.path('flow/agents/absolutes/agent.prompty'), 'Be brief.\n')
  const { stdout, stderr } = await own.run([...review, '--dry-run'])
  expect(JSON.parse(stdout).models).toMatchObject([{ requests: 1, mayFollow: 0, cached: 3 }])
  expect(stderr).toBe('')
})

test('killed at twenty moments and resumed, an evaluation ends with the figures of an undisturbed one', async () => {
  await using calm = await withFlow(findPromises, 30)
  const undisturbed = await calm.run([...evaluate, '--json'])
  const total = 30 * 2 * requestsPerMemo
  expect(calm.server.requests).toHaveLength(total)

  let kill: (() => void) | null = null
  let killAt = Infinity
  await using own = await withFlow((request, nth) => {
    if (nth >= killAt) kill?.()
    return findPromises(request)
  }, 30)
  for (let moment = 0; moment < 20; moment += 1) {
    // Seldom in step with documents, shots or the groups in which answers are written.
    killAt = own.server.requests.length + 5 + ((moment * 7) % 6)
    const child = spawnCli([...evaluate, '--json'], own.flow)
    kill = () => child.kill('SIGKILL')
    const [, signal] = await once(child, 'exit')
    expect(signal).toBe('SIGKILL')
  }
  killAt = Infinity
  const { stdout } = await promisify(execFile)(...cli([...evaluate, '--json'], own.flow))
  expect(figures(stdout)).toEqual(figures(undisturbed.stdout))
  // Only what was under way at a kill was asked twice.
  expect(own.server.requests.length).toBeLessThanOrEqual(total + 20 * 8)
})

type Place = { folder: string; env: Record<string, string> }

function cli(argv: string[], { folder, env }: Place): [string, string[], object] {
  const main = ['--conditions=proofloop-source', path.join(root, 'src/cli/main.ts')]
  return [process.execPath, [...main, ...argv], { cwd: folder, env: { ...process.env, ...env } }]
}

function spawnCli(argv: string[], place: Place) {
  const [file, args, options] = cli(argv, place)
  return spawn(file, args, { ...options, stdio: 'ignore' })
}

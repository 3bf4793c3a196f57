import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { appendFile, readdir, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { openAnswerJournal } from '../src/model/answer-journal.ts'
import { startScriptedServer } from '../src/model/scripted-server.ts'
import { openStore } from '../src/store/open-store.ts'
import { findPromises, promiseFlow } from './helpers/promise-flow.ts'
import { runInProcess } from './helpers/run-in-process.ts'
import { serverProcess } from './helpers/server-process.ts'

const main = path.resolve(import.meta.dirname, '../src/cli/main.ts')
const evaluate = ['evaluate', '--flow', 'flow', '--dataset', 'memos', '--repeats', '1']
/** Two shots and a consolidator in “promises”, one shot in “absolutes”. */
const requestsPerMemo = 4

async function withFlow(memos = 3) {
  const server = await startScriptedServer(findPromises)
  const flow = await promiseFlow(server, memos)
  const env = { ...flow.env, PATH: process.env['PATH'] ?? '' }
  return {
    ...flow,
    requests: server.requests,
    run: (argv: string[]) => runInProcess(argv, flow.folder, { env: flow.env }),
    runProcess(argv: string[]) {
      const args = ['--conditions=proofloop-source', main, ...argv]
      return promisify(execFile)(process.execPath, args, { cwd: flow.folder, env })
    },
    /** As an earlier version has left it: everything is in the journal. */
    async withJournal() {
      await this.run([...evaluate, '--cache', '.proofloop/answers.jsonl'])
    },
    rows() {
      using database = new DatabaseSync(flow.path('.proofloop/proofloop.db'))
      return database.prepare('select count(*) as n from answers').get()?.['n']
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await flow[Symbol.asyncDispose]()
    },
  }
}

test('two runs that start at once in a new folder both end well, and a third asks nothing', async () => {
  await using flow = await withFlow(6)
  const both = await Promise.all([
    flow.runProcess([...evaluate, '--agents', 'promises', '--json']),
    flow.runProcess([...evaluate, '--agents', 'absolutes', '--json']),
  ])
  for (const { stdout } of both) expect(JSON.parse(stdout)).toMatchObject({ errorRate: 0 })
  expect(flow.requests).toHaveLength(6 * requestsPerMemo)
  expect((await flow.run(evaluate)).stderr).toContain('Models: 0 requests · 24 answers were kept')
  expect(flow.requests).toHaveLength(6 * requestsPerMemo)
})

test('commands run beside a server of the folder and share what it keeps', async () => {
  await using flow = await withFlow(2)
  await using _server = await serverProcess(['--port', '0', '--flow', 'flow'], {
    cwd: flow.folder,
    env: flow.env,
  })
  expect((await flow.run(evaluate)).exitCode).toBe(0)
  expect(flow.rows()).toBe(2 * requestsPerMemo)
  await writeFile(flow.path('letter.txt'), 'We will always pay.')
  const review = ['review', 'letter.txt']
  const bundled = await flow.run([...review, '--agents', 'definitive-language'])
  expect(bundled).toMatchObject({ exitCode: 0, stderr: '' })
})

test('a run without an agent that asks a model leaves nothing behind', async () => {
  await using flow = await withFlow()
  await writeFile(flow.path('letter.txt'), 'We will always pay.')
  await flow.run(['review', 'letter.txt', '--agents', 'definitive-language'])
  expect(existsSync(flow.path('.proofloop'))).toBe(false)
})

test('answers in a journal of an earlier version are taken over once, with a line', async () => {
  await using flow = await withFlow()
  await flow.withJournal()
  const sent = flow.requests.length
  const { stderr } = await flow.run(evaluate)
  expect(stderr).toMatch(
    /^12 answers of \.proofloop\/answers\.jsonl are in the store now; the file is called answers\.jsonl\.imported\.\n/u,
  )
  const again = await flow.run(evaluate)
  expect(again.stderr).not.toContain('answers.jsonl')
  expect([flow.requests.length, flow.rows()]).toEqual([sent, 12])
  expect(await readdir(flow.path('.proofloop'))).toEqual(
    expect.arrayContaining(['answers.jsonl.imported', 'proofloop.db']),
  )
})

test('a journal whose taking over was interrupted, or that has damaged lines, loses nothing else', async () => {
  await using flow = await withFlow()
  await flow.withJournal()
  const sent = flow.requests.length
  await flow.run(evaluate)
  const journal = flow.path('.proofloop/answers.jsonl')
  await rename(`${journal}.imported`, journal)
  await appendFile(journal, '{"crc":"00000000","key":"damaged"}\n')
  const { stderr } = await flow.run(evaluate)
  expect(stderr).toMatch(/^12 answers of .+ in the store now, without 1 damaged lines;/u)
  expect([flow.requests.length, flow.rows()]).toEqual([sent, 12])
})

test('a journal that another process writes is read as it is and stays', async () => {
  await using flow = await withFlow()
  await flow.withJournal()
  const sent = flow.requests.length
  await using _other = await openAnswerJournal(flow.path('.proofloop/answers.jsonl'))
  expect(await flow.run(evaluate)).toMatchObject({ exitCode: 0 })
  expect(flow.requests).toHaveLength(sent)
  expect(existsSync(flow.path('.proofloop/answers.jsonl'))).toBe(true)
})

test('--dry-run writes nothing, and counts what is in the store and in a journal', async () => {
  await using flow = await withFlow()
  const dryRun = async () => {
    const { stdout } = await flow.run([...evaluate, '--dry-run', '--json'])
    return JSON.parse(stdout).models[0]
  }
  expect(await dryRun()).toMatchObject({ requests: 9, cached: 0 })
  expect(existsSync(flow.path('.proofloop'))).toBe(false)
  await flow.run([...evaluate, '--agents', 'promises', '--cache', '.proofloop/answers.jsonl'])
  expect(await dryRun()).toMatchObject({ requests: 3, cached: 9 })
  expect((await readdir(flow.path('.proofloop'))).toSorted()).toEqual(['answers.jsonl'])
  await rename(flow.path('.proofloop/answers.jsonl'), flow.path('kept.jsonl'))
  await flow.run([...evaluate, '--agents', 'absolutes'])
  await rename(flow.path('kept.jsonl'), flow.path('.proofloop/answers.jsonl'))
  expect(await dryRun()).toMatchObject({ requests: 0, cached: 12 })
  expect(existsSync(flow.path('.proofloop/answers.jsonl'))).toBe(true)
})

test('a store that cannot be used is told before anything is sent, with a way out', async () => {
  await using flow = await withFlow()
  await (await openStore({ dataFolder: flow.path('.proofloop') }))[Symbol.asyncDispose]()
  {
    using database = new DatabaseSync(flow.path('.proofloop/proofloop.db'))
    database.exec("insert into proofloop_migrations values ('999-later', 999, 'hash', 0)")
  }
  for (const argv of [evaluate, [...evaluate, '--dry-run']]) {
    const { exitCode, stderr } = await flow.run(argv)
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('[store-newer]')])
  }
  expect((await flow.run(evaluate)).stderr).toContain('--cache FILE')
  expect(flow.requests).toHaveLength(0)
  expect((await flow.run([...evaluate, '--cache', 'own.jsonl'])).exitCode).toBe(0)
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { copyFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { createKey } from '../src/access/api-keys.ts'
import { ensureFirstPerson } from '../src/access/membership.ts'
import { createAccounts } from '../src/access/accounts.ts'
import { permissionsOf } from '../src/access/permissions.ts'
import type { Role } from '../src/schema/access.ts'
import { startScriptedServer } from '../src/model/scripted-server.ts'
import { openStore } from '../src/store/open-store.ts'
import { nodeEnv } from './helpers/node-env.ts'
import { findPromises, promiseFlow } from './helpers/promise-flow.ts'
import { runInProcess } from './helpers/run-in-process.ts'
import { asker, cookieOf, serverProcess } from './helpers/server-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const root = path.resolve(import.meta.dirname, '..')
const booklet = path.join(root, 'examples/document-review/documents/northwind-health-plus.pdf')
const main = path.join(root, 'src/cli/main.ts')
const rules = ['--agents', 'definitive-language']

/** A store on which a server was started once, so that somebody has an account. */
async function withPeople(others: { name: string; roles: Role[] }[] = []) {
  const folder = await tempFolder({ 'letter.txt': 'We guarantee that this plan always pays.' })
  const options = { dataFolder: folder.path('.proofloop') }
  const keys: Record<string, string> = {}
  {
    await using store = await openStore(options)
    const accounts = await createAccounts({ store, url: 'http://localhost' })
    await ensureFirstPerson({ accounts, store })
    await store.secrets.ensure('split-key', 'secret')
    for (const { name, roles } of others) {
      const { id } = await accounts.create({ name, roles, email: `${name}@example.org` })
      const permissions = permissionsOf(roles)
      const actor = { id, name, roles, permissions, via: 'session' as const }
      const own = { name: 'laptop', permissions: [...permissions], expiresAt: null }
      keys[name] = (await createKey(store, actor, own)).secret
    }
    if (others.length > 0) await store.settings.put('solo-mode', false)
  }
  return {
    ...folder,
    keys,
    openStore: () => openStore({ ...options, exclusive: false }),
    review: (file: string, { key, options = [] }: { key?: string; options?: string[] } = {}) =>
      runInProcess(['review', file, ...rules, ...options], folder.folder, {
        env: key === undefined ? {} : { PROOFLOOP_API_KEY: keys[key] ?? key },
      }),
    async kept() {
      await using store = await openStore({ ...options, exclusive: false })
      const scopes = [{ splits: ['evaluation' as const, 'test' as const, 'audit' as const] }]
      const documents = await store.documents.list({ scopes, limit: 99 })
      const reviews = await store.reviews.list({ limit: 99 })
      return { documents, reviews }
    },
  }
}

test('a review on the command line is on the page of a running server, and can be judged there', async () => {
  await using folder = await tempFolder()
  await copyFile(booklet, folder.path('plan.pdf'))
  await using server = await serverProcess(['--port', '0'], { cwd: folder.folder })
  const ask = asker(server.url, await cookieOf(server.link))
  const json = async (address: string) => JSON.parse(await (await ask('GET', address)).text())
  // One document in ten is shown in random order; which depends on the installation's key.
  await ask('PUT', '/api/settings', { randomShare: 0 })
  const argv = ['review', 'plan.pdf', ...rules, '--json']
  const printed = await runInProcess(argv, folder.folder)
  expect(printed.exitCode).toBe(0)
  // A slow machine also tells how far it is.
  expect(printed.stderr).not.toMatch(/^(Warning|Error)/mu)
  const local = JSON.parse(printed.stdout)

  const { items } = await json('/api/documents')
  // The bundled booklet has the same bytes: one document.
  expect(items).toMatchObject([
    {
      sha256: local.document.sha256,
      newestReview: { id: local.run, state: 'done', issues: { open: local.issues.length } },
      uploadedBy: { name: 'You' },
    },
  ])
  const review = await json(`/api/reviews/${local.run}`)
  expect(review).toMatchObject({ requestedBy: { name: 'You' }, state: 'done' })
  const { issues } = await json(`/api/reviews/${local.run}/issues`)
  expect(issues.map(({ issue }: { issue: unknown }) => issue)).toEqual(local.issues)
  const [first] = issues
  const verdicts = `/api/reviews/${local.run}/issues/${first.issue.id}/verdicts`
  const judgement = { version: 0, judgement: { kind: 'accepted' } }
  expect((await ask('POST', verdicts, judgement)).status).toBe(201)
  const again = JSON.parse((await runInProcess(argv, folder.folder)).stdout)
  const reviews = await json(`/api/reviews?document=${local.document.sha256}`)
  expect(reviews.items.map(({ id }: { id: string }) => id)).toEqual([again.run, local.run])
  expect((await json(`/api/reviews/${local.run}`)).flow.version).toBe(
    (await json('/api/flow')).version,
  )
})

test('a new document comes with its file and its text, and its events can be followed', async () => {
  await using own = await withPeople()
  const { stdout } = await own.review('letter.txt', { options: ['--json'] })
  const { run, issues, document } = JSON.parse(stdout)
  expect(issues.length).toBeGreaterThan(0)
  const { documents, reviews } = await own.kept()
  expect(documents).toMatchObject([
    { sha256: document.sha256, name: 'letter.txt', state: 'ready', split: 'evaluation', bytes: 40 },
  ])
  expect(reviews).toMatchObject([{ id: run, state: 'done', error: null }])
  await using store = await own.openStore()
  expect((await store.documents.text(document.sha256))?.paragraphs).toHaveLength(1)
  expect(await store.groups.get(documents[0]?.group ?? '')).toMatchObject({ shownToEngineer: true })
  const events = await store.events.since(run, { after: 0, limit: 99 })
  expect(events.map(({ kind }) => kind)).toEqual(['issues', 'agent', 'progress', 'complete'])
  expect(await store.parts.list(run)).toMatchObject([
    { agent: 'definitive-language', chunk: 0, state: 'done', issues: issues.length, leftOut: 0 },
  ])
  expect(existsSync(own.path(`.proofloop/blobs`))).toBe(true)
})

test('an empty document, skipped agents and failed parts are what the page shows, too', async () => {
  await using own = await withPeople()
  await writeFile(own.path('empty.md'), '<!-- nothing -->')
  await writeFile(
    own.path('brief.txt'),
    'Wir garantieren, dass dieser Vertrag immer für alle gilt.',
  )
  await own.review('empty.md')
  await own.review('brief.txt')
  await using store = await own.openStore()
  const reviews = await store.reviews.list({ limit: 9 })
  const parts = await Promise.all(reviews.map(({ id }) => store.parts.list(id)))
  expect(parts.map(([part]) => part?.error?.code ?? part?.state)).toEqual(['agent-skipped', 'done'])
})

test('an evaluation on the command line is on the page, with its figures and mistakes', async () => {
  await using model = await startScriptedServer(findPromises)
  await using flow = await promiseFlow(model)
  const data = { cwd: flow.folder, env: flow.env }
  await using server = await serverProcess(['--port', '0', '--flow', 'flow'], data)
  const ask = asker(server.url, await cookieOf(server.link))
  const json = async (address: string) => JSON.parse(await (await ask('GET', address)).text())
  const options = { env: flow.env }
  const evaluate = ['evaluate', '--dataset', 'memos', '--flow', 'flow', '--repeats', '2']
  const argv = [...evaluate, '--json']
  const printed = await runInProcess(argv, flow.folder, options)
  const { pooled } = JSON.parse(printed.stdout)
  await runInProcess([...argv, '--no-record'], flow.folder, options)
  await runInProcess([...argv, '--dry-run'], flow.folder, options)
  const { items } = await json('/api/evaluations')
  expect(items).toMatchObject([
    {
      state: 'done',
      dataset: 'memos',
      repeats: 2,
      documents: 12,
      startedBy: { name: 'You' },
      walls: { isolation: 'process', boundary: 'none' },
    },
  ])
  expect(items[0].pooled).toMatchObject({ tp: pooled.tp, fp: pooled.fp, f05: pooled.f05 })
  expect(items[0].flow.version).toBe((await json('/api/flow')).version)
  const report = await json(`/api/evaluations/${items[0].id}/report`)
  expect(report.mistakes.length).toBeGreaterThan(0)
  expect(report.account).toMatchObject({ requests: 96 })
})

test('killed at any moment, a review is there with its document or neither is', async () => {
  await using own = await withPeople()
  const args = ['--conditions=proofloop-source', main, 'review']
  for (let kill = 0; kill < 10; kill += 1) {
    await writeFile(
      own.path(`${kill}.txt`),
      `We guarantee that this plan always pays, says letter ${kill}.`,
    )
    const child = spawn(process.execPath, [...args, `${kill}.txt`, ...rules], {
      cwd: own.folder,
      env: nodeEnv,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    await once(child.stdout, 'data')
    // What is recorded comes after what is printed. The last one is let be.
    if (kill < 9) setTimeout(() => child.kill('SIGKILL'), kill * 25)
    await once(child, 'exit')
  }
  const { documents, reviews } = await own.kept()
  expect(documents.map(({ name }) => name)).toContain('9.txt')
  expect(documents.map(({ state }) => state)).toEqual(documents.map(() => 'ready'))
  expect(reviews.map(({ document }) => document).toSorted()).toEqual(
    documents.map(({ sha256 }) => sha256).toSorted(),
  )
  await using store = await own.openStore()
  for (const { id, state, lastEvent } of reviews) {
    expect(state).toBe('done')
    const events = await store.events.since(id, { after: 0, limit: 99 })
    expect([events.length, events.at(-1)?.kind]).toEqual([lastEvent, 'complete'])
    expect((await store.issues.list(id)).length).toBeGreaterThan(0)
  }
  await own.review('0.txt')
  const again = await own.kept()
  expect(again.reviews).toHaveLength(reviews.length + 1)
})

test('nothing is recorded where no server was started, nor with --no-record', async () => {
  await using fresh = await tempFolder({ 'letter.txt': 'It always pays.' })
  await (await openStore({ dataFolder: fresh.path('.proofloop') }))[Symbol.asyncDispose]()
  const printed = await runInProcess(['review', 'letter.txt', ...rules], fresh.folder)
  expect(printed).toMatchObject({ exitCode: 0, stderr: '' })
  await using own = await withPeople()
  await own.review('letter.txt', { options: ['--no-record'] })
  expect(await own.kept()).toEqual({ documents: [], reviews: [] })
})

test('what hinders recording is one line, and the result is printed all the same', async () => {
  await using own = await withPeople()
  await writeFile(own.path('other.txt'), 'Another one always pays.')
  {
    using database = new DatabaseSync(own.path('.proofloop/proofloop.db'))
    database.exec("insert into proofloop_migrations values ('999-later', 999, 'hash', 0)")
  }
  const { exitCode, stdout, stderr } = await runInProcess(
    ['review', 'letter.txt', 'other.txt', ...rules],
    own.folder,
  )
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/always[^]*always/u)
  expect(stderr).toMatch(/^Warning: not recorded for the page: .+\[store-newer\]\n$/u)
})

test('where several people have accounts, an API key says who reviews', async () => {
  await using own = await withPeople([
    { name: 'eva', roles: ['engineer'] },
    { name: 'ann', roles: ['approver'] },
  ])
  expect((await own.review('letter.txt')).stderr).toMatch(
    /PROOFLOOP_API_KEY.+\[person-unknown\]\n$/u,
  )
  expect((await own.review('letter.txt', { key: 'ann' })).stderr).toMatch(
    /documents:upload.+\[not-allowed\]\n$/u,
  )
  expect(await own.kept()).toEqual({ documents: [], reviews: [] })
  expect((await own.review('letter.txt', { key: 'eva' })).stderr).toBe('')
  expect((await own.kept()).reviews).toHaveLength(1)
})

test('a hidden document, or a copy of its text, is to an engineer like any other', async () => {
  await using own = await withPeople([
    { name: 'eva', roles: ['engineer'] },
    { name: 'rob', roles: ['reviewer'] },
  ])
  // A reviewer's documents go to a split by a draw.
  let hidden = ''
  for (let n = 0; hidden === ''; n += 1) {
    const text = `We guarantee that this plan always pays, says letter ${n}.`
    await writeFile(own.path(`${n}.txt`), text)
    await writeFile(own.path(`${n}.md`), `${text}\n\n`)
    await own.review(`${n}.txt`, { key: 'rob' })
    const [newest] = (await own.kept()).documents
    if (newest?.split !== 'evaluation') hidden = String(n)
  }
  const before = await own.kept()
  expect(before.documents[0]?.assignee).toBe(before.documents[0]?.uploader)
  const shown = await own.review('letter.txt', { key: 'eva' })
  for (const file of [`${hidden}.txt`, `${hidden}.md`]) {
    const printed = await own.review(file, { key: 'eva' })
    expect([printed.exitCode, printed.stderr]).toEqual([shown.exitCode, shown.stderr])
    expect(printed.stdout).toContain('always')
  }
  const after = await own.kept()
  const added = after.documents.slice(0, after.documents.length - before.documents.length)
  expect(added.map(({ split }) => split)).toEqual(['evaluation', 'evaluation', 'evaluation'])
  expect(after.documents.slice(added.length)).toEqual(before.documents)
  expect(after.reviews).toHaveLength(before.reviews.length + 3)
})

test('a document that the server has read in another way is left as it is', async () => {
  await using own = await withPeople()
  const { stdout } = await own.review('letter.txt', { options: ['--json'] })
  const { sha256 } = JSON.parse(stdout).document
  {
    await using store = await own.openStore()
    const text = await store.documents.text(sha256)
    if (text === null) throw new Error('It has no text.')
    const paragraphs = text.paragraphs.map((one) => ({ ...one, text: `* ${one.text}` }))
    await store.documents.markReady(sha256, { ...text, paragraphs })
  }
  const { exitCode, stderr } = await own.review('letter.txt')
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('[document-read-differently]')])
  expect((await own.kept()).reviews).toHaveLength(1)
})

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Permission } from '../src/schema/access.ts'
import type { ReferenceMeasures } from '../src/schema/api/dataset-references.ts'
import type { DatasetVersionEntry } from '../src/schema/api/dataset-version.ts'
import type { ListedDataset } from '../src/schema/api/datasets.ts'
import type { AuditEntry } from '../src/schema/audit.ts'
import { runInProcess } from './helpers/run-in-process.ts'
import { asker, cookieOf, serverProcess } from './helpers/server-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'
import { writePdf } from './helpers/write-pdf.ts'

const line = (id: string, split: string, issues: object[] = []): string =>
  `${JSON.stringify({ id, split, paragraphs: [`This is ${id}.`], issues })}\n`
const issue = { type: 'Tone', text: 'This', location: { paragraph: 0, start: 0, end: 4 } }
const first = [line('a', 'evaluation', [issue]), line('b', 'test'), line('c', 'audit')].join('')
const second = [line('a', 'evaluation'), line('b', 'test'), line('d', 'evaluation')].join('')

const stack = new AsyncDisposableStack()
let url = ''
const keys = { all: '', read: '', keeping: '', upload: '' }

beforeAll(async () => {
  const { folder } = stack.use(await tempFolder())
  const server = stack.use(await serverProcess(['--port', '0'], { cwd: folder }))
  url = server.url
  const ask = asker(url, await cookieOf(server.link))
  const make = async (permissions: Permission[]): Promise<string> => {
    const answer = await ask('POST', '/api/me/keys', { name: 'test', permissions })
    return ((await answer.json()) as { secret: string }).secret
  }
  keys.all = await make(['datasets:read', 'datasets:write', 'datasets:export'])
  keys.read = await make(['datasets:read'])
  keys.upload = await make(['datasets:write', 'documents:read', 'documents:upload'])
  keys.keeping = await make([
    'datasets:read',
    'datasets:write',
    'datasets:export',
    'gates:read',
    'gates:write',
    'people:read',
  ])
})
afterAll(() => stack.disposeAsync())

const places = [
  ['in the data folder', () => [], {}],
  ['on a server', () => ['--server', url], keys],
] as const

test.each(places)(
  '%s datasets are added, listed, shown, compared and written',
  async (...place) => {
    const [where, at] = place
    const name = 'letters'
    await using folder = await tempFolder({ 'first.jsonl': first, 'second.jsonl': second })
    const run = (...args: string[]) =>
      runInProcess(['dataset', ...args, ...at()], folder.folder, {
        env: { PROOFLOOP_API_KEY: where === 'on a server' ? keys.all : '' },
      })
    const json = async <T>(...args: string[]): Promise<T> => {
      const { exitCode, stdout, stderr } = await run(...args, '--json')
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
      return JSON.parse(stdout) as T
    }
    expect(await run('list')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('no dataset'),
    })
    const added = await run('import', name, 'first.jsonl', '--splits', 'given', '--note', 'By Ann.')
    expect(added).toMatchObject({ exitCode: 0, stderr: '' })
    expect(added.stdout).toContain('evaluation  1         1       Tone 1')
    expect(added.stdout).toContain('3 chosen')
    const again = await run('import', name, 'first.jsonl', '--splits', 'given')
    expect(again.stdout).toContain('No version was added.')
    const before = await json<DatasetVersionEntry>('show', name)
    await run('import', name, 'second.jsonl', '--splits', 'given')
    const after = await json<DatasetVersionEntry>('show', name)
    expect(after.hash).not.toBe(before.hash)
    const old = await run('show', name, '--at', before.hash.slice(0, 10))
    expect(old.stdout).toContain('By Ann.')
    expect(old.stdout).toContain(`Other versions: ${after.hash.slice(0, 12)}`)
    const part = await json<DatasetVersionEntry>('show', `${name}@test`)
    expect(part.splits.map(({ split }) => split)).toEqual(['test'])
    expect((await run('list')).stdout).toMatch(/letters\s+[0-9a-f]{12}.*evaluation 2, test 1/)
    const diff = await run('diff', name, before.hash.slice(0, 8))
    expect(diff.stdout).toContain('1 added, 1 removed, 1 relabelled')
    expect(diff.stdout).toContain('relabelled a (issues: +0 −1 ~0)')
    expect((await run('diff', name, after.hash)).stdout).toContain('no difference')
    const written = await json<{ sha256: string; hash: string }>(
      'export',
      name,
      '--to',
      'all.jsonl',
    )
    const bytes = await readFile(folder.path('all.jsonl'))
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(written.sha256)
    expect(written.hash).toBe(after.hash)
    const same = await run('import', 'copy', 'all.jsonl', '--splits', 'given')
    expect(same.stdout).toContain(`Added copy ${after.hash.slice(0, 12)}`)
  },
)

test.each(places)('%s what cannot be done is said', async (where, at) => {
  await using folder = await tempFolder({ 'first.jsonl': first })
  const run = (...args: string[]) =>
    runInProcess(['dataset', ...args, ...at()], folder.folder, {
      env: { PROOFLOOP_API_KEY: where === 'on a server' ? keys.all : '' },
    })
  const refused: [string[], string][] = [
    [['show', 'nothing'], 'dataset-not-found'],
    [['show', 'letters@all'], 'split-unknown'],
    [['diff', 'nothing', '12345678'], 'dataset-not-found'],
    [['export', 'nothing', '--to', 'a.jsonl'], 'dataset-not-found'],
    [['import', 'a b', 'first.jsonl'], 'dataset-name'],
    [['import', 'letters', 'nothing.jsonl'], 'dataset-not-found'],
  ]
  for (const [args, code] of refused) {
    const { exitCode, stderr } = await run(...args)
    expect(stderr).toContain(`[${code}]`)
    expect(exitCode).toBe(2)
  }
})

test('copies within a split are told when they are added, of each other and of what is there', async () => {
  const text = Array.from({ length: 80 }, (_, i) => `word${i}`).join(' ')
  const example = (id: string, said: string) =>
    `${JSON.stringify({ id, split: 'test', paragraphs: [said], issues: [] })}\n`
  await using folder = await tempFolder({
    'first.jsonl': example('first', text) + example('another', 'Nothing is like this.'),
    'copy.jsonl': example('copy', text.replace('word40', 'other')),
  })
  const add = (file: string) => {
    const args = ['dataset', 'import', 'letters', file, '--add', '--splits', 'given']
    return runInProcess(args, folder.folder)
  }
  expect((await add('first.jsonl')).stdout).not.toContain('near copies')
  expect((await add('copy.jsonl')).stdout).toContain(
    '1 set of copies or near copies with something new in it, each in one split, where they count twice:\n  copy, first (test)\n',
  )
})

test.each([
  ['import', ['import', 'letters', 'first.jsonl'], 'datasets:write'],
  ['export', ['export', 'letters', '--to', 'out.jsonl'], 'datasets:export'],
  ['rotate', ['rotate', 'letters'], 'datasets:write'],
])('a key that may only read is told what it lacks for %s', async (_, args, missing) => {
  await using folder = await tempFolder({ 'first.jsonl': first })
  const env = { PROOFLOOP_API_KEY: keys.read }
  const all = ['dataset', ...args, '--server', url]
  const { exitCode, stderr } = await runInProcess(all, folder.folder, { env })
  expect(exitCode).toBe(2)
  expect(stderr).toContain(`It lacks the permission ${missing}, which its person must have, too.`)
})

test('documents in files are read where they lie, and what is kept are their texts with pages', async () => {
  const pdf = writePdf([
    { texts: [{ x: 72, y: 700, text: 'The first page says this.' }] },
    { texts: [{ x: 72, y: 700, text: 'The second page says that.' }] },
  ])
  const truth = JSON.stringify({
    document: 'plan.pdf',
    issues: [{ type: 'Tone', text: 'says that' }],
  })
  await using folder = await tempFolder({ 'plan.pdf': pdf, 'plan.jsonl': truth })
  for (const [, at, { all = '' } = { all: '' }] of [
    ['here', () => [], undefined],
    ['there', () => ['--server', url], keys],
  ] as const) {
    const env = { PROOFLOOP_API_KEY: all }
    const run = (...args: string[]) =>
      runInProcess(['dataset', ...args, ...at()], folder.folder, { env })
    expect((await run('import', 'plans', 'plan.jsonl')).stderr).toBe('')
    await run('export', 'plans', '--to', 'out.jsonl')
    expect(JSON.parse(await readFile(folder.path('out.jsonl'), 'utf8'))).toMatchObject({
      id: 'plan.pdf',
      document: 'plan.pdf',
      sha256: createHash('sha256').update(pdf).digest('hex'),
      paragraphs: [{ page: 1, text: 'The first page says this.' }, { page: 2 }],
    })
  }
})

test('a check names copies across splits and hidden text in prompts, and then exits 1', async () => {
  const leaked = 'We will always repair it, whatever happens to the thing.'
  const copy = Array.from({ length: 60 }, (_, i) => `word${i}`).join(' ')
  const text = (id: string, split: string, paragraph: string): string =>
    JSON.stringify({ id, split, paragraphs: [paragraph], issues: [] })
  const lines = [text('b', 'evaluation', 'Another.'), text('leaked', 'test', leaked)]
  await using folder = await tempFolder({
    'good.jsonl': lines.slice(0, 1).join('\n'),
    'bad.jsonl': [...lines, text('x', 'test', copy), text('y', 'test', `${copy} more`)].join('\n'),
    'flow/agents/tone/agent.yaml': `name: tone\n# Never: ${leaked}\n`,
    'flow/agents/tone/shots.jsonl': `${JSON.stringify({ shot: copy })}\n`,
  })
  const run = (...args: string[]) => runInProcess(['dataset', ...args], folder.folder)
  await run('import', 'good', 'good.jsonl', '--splits', 'given')
  expect(await run('check', 'good', '--flow', 'flow')).toMatchObject({ exitCode: 0, stderr: '' })
  const added = await run('import', 'bad', 'bad.jsonl', '--splits', 'given', '--flow', 'flow')
  expect(added).toMatchObject({ exitCode: 0 })
  expect(added.stdout).toContain('3 hidden examples that came with it stand in prompts, rules')
  expect(added.stdout).toContain('proofloop dataset check bad looks again')
  expect(added.stdout).toContain('leaked (test): “We will always repair it')
  const { exitCode, stdout } = await run('check', 'bad', '--flow', 'flow')
  expect(stdout).toContain('leaked (test): “We will always repair it')
  expect(stdout).toContain('in agents/tone/agent.yaml:2')
  expect(stdout).toContain('in agents/tone/shots.jsonl:1')
  expect(stdout).toContain(`2 files searched of ${folder.path('flow')})`)
  expect(stdout).toContain('1 set of copies within a split\n  x (test) = y (test)')
  expect(exitCode).toBe(1)
  const json = await run('check', 'bad', '--flow', 'flow', '--json')
  expect(JSON.parse(json.stdout)).toMatchObject({ searched: 2, flow: folder.path('flow'), left: 0 })
  const other = await run('check', 'bad')
  expect(other.stdout).toContain('of the bundled example, as no flow was named')
})

test('a server looks into versions of its own, so a check there refuses a flow', async () => {
  await using folder = await tempFolder()
  const check = ['dataset', 'check', 'letters', '--server', url, '--flow', '.']
  const refused = await runInProcess(check, folder.folder, {
    env: { PROOFLOOP_API_KEY: keys.all },
  })
  expect(refused.exitCode).toBe(2)
  expect(refused.stderr).toContain('With --server, --flow cannot be used')
  expect(refused.stderr).toContain('[option-not-for-server]')
})

test('what is done before the first start is told as done on the command line, and who comes owns it', async () => {
  await using folder = await tempFolder({ 'first.jsonl': first })
  const run = (...args: string[]) => runInProcess(['dataset', ...args], folder.folder)
  await run('import', 'letters', 'first.jsonl', '--splits', 'given')
  expect((await run('show', 'letters')).stdout).toContain('by The command line, from first.jsonl')
  expect((await run('export', 'letters@test', '--to', 'test.jsonl')).exitCode).toBe(0)
  await using server = await serverProcess(['--port', '0'], { cwd: folder.folder })
  const ask = asker(server.url, await cookieOf(server.link))
  const { items } = (await (await ask('GET', '/api/datasets')).json()) as { items: ListedDataset[] }
  const commandLine = { id: 'command-line', name: 'The command line' }
  expect(items).toMatchObject([{ owner: { name: 'You' }, createdBy: commandLine }])
  const log = await ask('GET', '/api/audit')
  const { entries } = (await log.json()) as { entries: AuditEntry[] }
  const ofData = entries.filter(({ action }) => /^(?:dataset-|exported|hidden-)/.test(action))
  const told = ofData.map(({ actor, action }) => `${actor} ${action}`)
  expect(told.filter((one) => !one.includes(' hidden-read'))).toEqual([
    'server dataset-changed',
    'command-line exported',
    'command-line dataset-changed',
  ])
  // The export: that, and what was read for it, once.
  const whole = ofData.filter(({ details }) => details.includes('"whole"'))
  expect(whole).toHaveLength(1)
  expect(told.join()).not.toContain('nobody')
})

test('a split without examples is told as such, and no empty file is written', async () => {
  await using folder = await tempFolder({ 'one.jsonl': line('a', 'evaluation') })
  const run = (...args: string[]) => runInProcess(['dataset', ...args], folder.folder)
  await run('import', 'few', 'one.jsonl', '--splits', 'given')
  expect((await run('show', 'few@audit')).stdout).toContain('no examples there that you may see')
  const written = await run('export', 'few@audit', '--to', 'audit.jsonl')
  expect(written).toMatchObject({ exitCode: 2, stdout: '' })
  expect(written.stderr).toContain('few@audit has no examples in that version')
  await expect(readFile(folder.path('audit.jsonl'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('proposals are listed, added and declined, and test rotates, at a server alone', async () => {
  await using folder = await tempFolder({
    'with-test.jsonl': [line('r', 'test'), line('q', 'test'), line('s', 'evaluation')].join(''),
    'one-in-test.jsonl': line('u', 'test'),
    'open.jsonl': line('t', 'evaluation'),
  })
  const env = { PROOFLOOP_API_KEY: keys.all }
  const run = (...args: string[]) =>
    runInProcess(['dataset', ...args, '--server', url], folder.folder, { env })
  await run('import', 'turning', 'with-test.jsonl', '--splits', 'given')
  await run('import', 'open', 'open.jsonl', '--splits', 'given')
  await run('import', 'small', 'one-in-test.jsonl', '--splits', 'given')
  const none = 'Nothing is proposed now.\n'
  expect(await run('proposals', 'turning')).toMatchObject({ exitCode: 0, stdout: none })
  const json = await run('proposals', 'turning', '--json')
  expect(JSON.parse(json.stdout)).toEqual({ items: [], more: false })

  const refused: [string[], string][] = [
    [['merge', 'turning'], 'reviews-missing'],
    [['merge', 'turning', 'some', '--all'], 'options-contradict'],
    [['merge', 'turning', '--all'], 'proposals-missing'],
    [['merge', 'turning', 'some'], 'proposal-not-found'],
    [['merge', 'turning', 'some', '--split', 'audit'], 'proposal-not-found'],
    [['decline', 'turning', 'some'], 'proposal-not-found'],
    [['decline', 'nothing', 'some'], 'dataset-not-found'],
    [['rotate', 'turning', 'some'], 'proposal-not-found'],
    [['rotate', 'turning', '--all'], 'proposals-missing'],
    [['rotate', 'small'], 'rotation-empties-test'],
    [['rotate', 'small', '--yes'], 'rotation-empties-test'],
  ]
  for (const [args, code] of refused) {
    const { exitCode, stdout, stderr } = await run(...args)
    expect([args, exitCode, stdout]).toEqual([args, 2, ''])
    expect(stderr).toContain(`[${code}]`)
  }

  const sizes = [
    'test                          groups  examples  issues',
    'holds now                     2       2         0',
    'would retire into evaluation  1       1         0',
    'would come in                 0       0         0',
    'would hold then               1       1         0',
    '',
  ].join('\n')
  const asked = await run('rotate', 'turning')
  expect(asked).toMatchObject({ exitCode: 1, stdout: sizes })
  expect(asked.stderr).toContain('Nothing was changed.')
  const plan = await run('rotate', 'turning', '--json')
  expect(JSON.parse(plan.stdout)).toMatchObject({ before: { groups: 2 }, after: { groups: 1 } })

  const rotated = await run('rotate', 'turning', '--yes', '--note', 'Each quarter.')
  expect(rotated).toMatchObject({ exitCode: 0, stderr: sizes })
  expect(rotated.stdout).toContain(
    '1 group retired from test into evaluation: test 2 → 1 groups, 0 refilled.',
  )
  expect((await run('show', 'turning')).stdout).toMatch(/from rotation\nEach quarter\./)
  expect(await run('rotate', 'open')).toMatchObject({
    exitCode: 1,
    stdout: 'Nothing would retire: test has no example.\n',
  })
  const again = await run('rotate', 'open', '--yes', '--json')
  expect(again.exitCode).toBe(1)
  expect(JSON.parse(again.stdout)).toMatchObject({ added: false, retired: 0 })
  const without = await runInProcess(['dataset', 'proposals', 'turning'], folder.folder, { env })
  expect(without).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--server') })
})

test('owner, baseline and anchor, and texts that were opened are told and changed at a server', async () => {
  await using folder = await tempFolder({
    'kept.jsonl': [line('v', 'test'), line('w', 'evaluation')].join(''),
  })
  const runAs = (key: string, ...args: string[]) => {
    const env = { PROOFLOOP_API_KEY: key }
    return runInProcess(['dataset', ...args, '--server', url], folder.folder, { env })
  }
  const run = (...args: string[]) => runAs(keys.keeping, ...args)
  await run('import', 'kept', 'kept.jsonl', '--splits', 'given')
  const owned = { exitCode: 0, stdout: 'kept is owned by You.\n' }
  expect(await run('owner', 'kept')).toMatchObject(owned)
  expect(await run('owner', 'kept', '--hand-on', 'You')).toMatchObject(owned)
  const json = await run('owner', 'kept', '--json')
  expect(JSON.parse(json.stdout)).toMatchObject({ dataset: 'kept', owner: { name: 'You' } })

  const none = 'No version is marked: see proofloop dataset mark.\n'
  expect(await run('references', 'kept')).toMatchObject({ exitCode: 0, stdout: none })
  const marked = await run('mark', 'baseline')
  expect(marked.stdout).toMatch(
    /^baseline: [0-9a-f]{12}, marked \d{4}-\d\d-\d\d by You\nanchor: none is marked\n$/u,
  )
  const measures = await run('references', 'kept')
  expect(measures.stdout).toMatch(/^role .* F0\.5\nbaseline  [0-9a-f]{12}  .*  not measured  – /u)
  const begun = await run('references', 'kept', '--measure', '--json')
  const { items } = JSON.parse(begun.stdout) as ReferenceMeasures
  expect(items).toMatchObject([{ role: 'baseline', evaluation: { dataset: 'kept' } }])

  const opened = await run('opened')
  expect(opened.stdout).toBe(
    'Nobody without the right to export has opened one.\nA person may open 300 different texts a day (UTC), and 20 % of a split or ten.\n',
  )
  const refused: [string, string[], string][] = [
    [keys.keeping, ['owner', 'nothing'], 'dataset-not-found'],
    [keys.keeping, ['owner', 'kept', '--hand-on', 'Nobody'], 'person-no-custodian'],
    [keys.keeping, ['mark', 'anchor', 'a'.repeat(64)], 'flow-version-not-found'],
    [keys.read, ['mark', 'anchor'], 'server-not-allowed'],
    [keys.read, ['opened'], 'server-not-allowed'],
  ]
  for (const [key, args, code] of refused) {
    const { exitCode, stdout, stderr } = await runAs(key, ...args)
    expect([args, exitCode, stdout]).toEqual([args, 2, ''])
    expect(stderr).toContain(`[${code}]`)
  }
  expect(await run('mark', 'best')).toMatchObject({ exitCode: 2 })
})

test('lines that name a document of the server by its hash are sent without its text', async () => {
  const text = 'This letter lies on the server, and nowhere else.'
  const sha256 = createHash('sha256').update(text).digest('hex')
  const place = { paragraph: 0, start: 5, end: 11 }
  const row = (location: object) =>
    JSON.stringify({ document: sha256, issues: [{ type: 'Tone', text: 'letter', location }] })
  await using folder = await tempFolder({
    'set.jsonl': row(place),
    'wrong.jsonl': row({ ...place, paragraph: 3 }),
  })
  const run = (file: string) =>
    runInProcess(['dataset', 'import', 'by-hash', file, '--server', url], folder.folder, {
      env: { PROOFLOOP_API_KEY: keys.upload },
    })
  expect((await run('set.jsonl')).stderr).toContain('no file beside this one has the SHA-256')
  const headers = { authorization: `Bearer ${keys.upload}` }
  const body = new FormData()
  body.set('file', new File([text], 'letter.txt'))
  await fetch(`${url}/api/documents`, { method: 'POST', headers, body })
  const state = async () => {
    const answer = await fetch(`${url}/api/documents/${sha256}`, { headers })
    return ((await answer.json()) as { state: string }).state
  }
  await expect.poll(state).toBe('ready')
  expect((await run('wrong.jsonl')).stderr).toContain('outside the document')
  const added = await run('set.jsonl')
  expect(added).toMatchObject({ exitCode: 0, stderr: '' })
  expect(added.stdout).toMatch(/evaluation +1 +1 +Tone 1/u)
})

import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { formWith, testServer } from '../../test/helpers/test-server.ts'
import { writeZip } from '../../test/helpers/write-zip.ts'
import { Role } from '../schema/access.ts'
import type { DatasetDiff, DatasetExample } from '../schema/api/datasets.ts'
import type { DatasetVersionEntry } from '../schema/api/dataset-version.ts'

type Server = Awaited<ReturnType<typeof testServer>>
type Ask = Server['solo']

const secret = 'Zanzibar'

function line(id: string, split: string, more: object = {}): string {
  const issues = [{ type: 'Tone', text: 'always', location: { paragraph: 0, start: 3, end: 9 } }]
  const text = split === 'evaluation' ? `We always pay ${id}.` : `We always pay ${secret} ${id}.`
  return `${JSON.stringify({ id, split, paragraphs: [text], issues, ...more })}\n`
}

const open = [line('a', 'evaluation'), line('c', 'evaluation')]
const hidden = [line('b', 'test'), line('d', 'audit'), line('e', 'test', { issues: [] })]

type Content = string | Uint8Array
type Fields = Record<string, string>

/** A file, or one with other fields of the form than usual. */
function send(ask: Ask, dataset: string, sent: Content | { content: Content; fields: Fields }) {
  const { content, fields } =
    typeof sent === 'object' && 'content' in sent ? sent : { content: sent, fields: {} }
  const text = typeof content === 'string' ? content : new Uint8Array(content)
  const form = formWith(text, 'letters.jsonl')
  for (const [name, value] of Object.entries({ splits: 'given', ...fields })) {
    if (name === 'name') form.set('file', new File([text], value))
    else form.set(name, value)
  }
  return ask('POST', `/api/datasets/${dataset}/versions`, form)
}

async function added(answer: Response | Promise<Response>) {
  const response = await answer
  expect({ status: response.status, body: await response.clone().text() }).toMatchObject({
    status: 201,
  })
  return (await response.json()) as DatasetVersionEntry & { added: boolean }
}

async function json<T>(answer: Response | Promise<Response>): Promise<T> {
  const response = await answer
  expect({ status: response.status, body: await response.clone().text() }).toMatchObject({
    status: 200,
  })
  return (await response.json()) as T
}

async function auditOf({ store }: Server): Promise<string[]> {
  const entries = await store.audit.list({ limit: 99 })
  return entries.map(({ action, details }) => `${action} ${details}`)
}

test('a custodian adds versions, which have sizes and types of each split', async () => {
  await using server = await testServer()
  const { ask } = await server.person('cleo', ['custodian'])
  const first = await added(
    send(ask, 'letters', { content: [...open, ...hidden].join(''), fields: { note: 'First.' } }),
  )
  expect(first).toMatchObject({ dataset: 'letters', added: true, createdBy: { name: 'cleo' } })
  expect(first.provenance).toMatchObject({ source: 'letters.jsonl', note: 'First.' })
  expect(first.splits.map(({ split, examples, issues }) => [split, examples, issues])).toEqual([
    ['evaluation', 2, 2],
    ['test', 2, 1],
    ['audit', 1, 1],
  ])
  expect(first.splits[0]?.types).toEqual([{ type: 'Tone', issues: 2 }])
  const again = await added(send(ask, 'letters', [...hidden, ...open].join('')))
  expect(again).toMatchObject({ hash: first.hash, added: false })
  const second = await added(
    send(ask, 'letters', { content: line('f', 'test'), fields: { mode: 'add' } }),
  )
  const { items } = await json<{ items: DatasetVersionEntry[] }>(
    ask('GET', '/api/datasets/letters/versions'),
  )
  expect(items.map(({ hash }) => hash)).toEqual([second.hash, first.hash])
  const diff = await json<DatasetDiff>(
    ask('GET', `/api/datasets/letters/diff?from=${first.hash.slice(0, 8)}`),
  )
  expect(diff.counts).toEqual({
    added: 1,
    removed: 0,
    moved: 0,
    regrouped: 0,
    replaced: 0,
    relabelled: 0,
  })
  expect(diff.added).toEqual([{ id: 'f', split: 'test' }])
})

test('what comes, is hidden and stands in a prompt is told with the answer', async () => {
  await using server = await testServer()
  const text = 'Nobody at the eleventh counter ever knew why the blue forms were printed twice.'
  const agent = 'definitive-language-llm'
  const files = [{ name: 'guidelines.md', text: `Be brief.\n${text}` }]
  expect((await server.solo('POST', '/api/flow/drafts', { agent, files })).status).toBe(201)
  const { ask } = await server.person('cleo', ['custodian'])
  const leaking = (id: string, split: string) => line(id, split, { paragraphs: [text], issues: [] })
  const bring = (dataset: string, ...lines: string[]) => added(send(ask, dataset, lines.join('')))
  expect(await bring('letters', leaking('told', 'test'), ...hidden)).toMatchObject({
    leaks: {
      examples: 1,
      searched: expect.any(Number) as number,
      found: [
        {
          id: 'told',
          split: 'test',
          kind: 'sentence',
          text,
          source: {
            name: expect.stringMatching(/^draft \w+: agents\/.*guidelines.md$/) as string,
            line: 2,
          },
        },
      ],
    },
  })
  expect(await bring('others', ...open, ...hidden)).toMatchObject({ leaks: { examples: 0 } })
  expect(await bring('open', ...open)).toMatchObject({ leaks: null })
})

test('what engineers read in an example of the same version is no secret, and so no leak', async () => {
  await using server = await testServer()
  const text = 'Nobody at the eleventh counter ever knew why the blue forms were printed twice.'
  const files = [{ name: 'guidelines.md', text }]
  await server.solo('POST', '/api/flow/drafts', { agent: 'definitive-language-llm', files })
  const { ask } = await server.person('cleo', ['custodian'])
  const lines = [
    line('open', 'evaluation', { paragraphs: [`We say: ${text}`], issues: [] }),
    line('told', 'test', { paragraphs: [text], issues: [] }),
  ]
  expect(await added(send(ask, 'letters', lines.join('')))).toMatchObject({
    leaks: { examples: 0, found: [] },
  })
})

test('what a version has otherwise is in the answer and in the audit log, which knows of none that was not made', async () => {
  await using server = await testServer()
  const { ask } = await server.person('cleo', ['custodian'])
  const changes = async () => {
    const entries = await server.store.audit.list({ action: 'dataset-changed', limit: 99 })
    return entries.map(({ details }) => JSON.parse(details) as unknown)
  }
  const none = { moved: [], replaced: 0, relabelled: 0 }
  const first = await added(send(ask, 'letters', [...open, ...hidden].join('')))
  expect(first).toMatchObject({ changes: null })
  const second = await added(
    send(ask, 'letters', [line('a', 'evaluation', { issues: [] }), line('new', 'audit')].join('')),
  )
  expect(second).toMatchObject({
    changes: {
      ...none,
      added: [{ split: 'audit', examples: 1 }],
      removed: [
        { split: 'evaluation', examples: 1 },
        { split: 'test', examples: 2 },
        { split: 'audit', examples: 1 },
      ],
      relabelled: 1,
    },
  })
  const told = [
    {
      mode: 'replace',
      splits: 'given',
      version: second.hash,
      'added.audit': 1,
      'removed.evaluation': 1,
      'removed.test': 2,
      'removed.audit': 1,
      relabelled: 1,
    },
    {
      mode: 'replace',
      splits: 'given',
      version: first.hash,
      'added.evaluation': 2,
      'added.test': 2,
      'added.audit': 1,
    },
  ]
  expect(await changes()).toEqual(told)
  const same = [line('a', 'evaluation', { issues: [] }), line('new', 'audit')].join('')
  expect(await added(send(ask, 'letters', same))).toMatchObject({ added: false, changes: null })
  expect((await send(ask, 'letters', line('a', 'test'))).status).toBe(201)
  const shown = JSON.stringify({ id: 'x', split: 'test', paragraphs: ['We always pay a.'] })
  expect((await send(ask, 'letters', shown)).status).toBe(400)
  expect(await changes()).toHaveLength(3)
})

test('of two imports at the same time one is added; of the other nothing stays, and the log says so', async () => {
  await using server = await testServer()
  const { ask } = await server.person('cleo', ['custodian'])
  await added(send(ask, 'letters', [...open, ...hidden].join('')))
  const more = (id: string) => ({
    content: line(id, 'evaluation', { paragraphs: [`Nobody has seen ${id}.`], issues: [] }),
    fields: { mode: 'add' },
  })
  const names = ['one', 'two', 'three']
  const answers = await Promise.all(names.map((id) => send(ask, 'letters', more(id))))
  const lost = names.filter((_, i) => answers[i]?.status === 409)
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409])
  const log = await server.store.audit.list({ subject: 'letters', limit: 9 })
  const versionsOf = (wanted: string) =>
    log.filter(({ action }) => action === wanted).map(({ details }) => JSON.parse(details).version)
  const not = versionsOf('dataset-not-changed') as string[]
  expect(not).toHaveLength(2)
  const made = versionsOf('dataset-changed').filter((hash) => !not.includes(String(hash)))
  const versions = await server.store.datasets.versions('everything', {
    dataset: 'letters',
    limit: 9,
  })
  expect(versions.map(({ hash }) => hash)).toEqual(made)
  // What was never shown may still be hidden.
  for (const id of lost) {
    const { content } = more(id)
    const late = { content: content.replace('evaluation', 'test'), fields: { mode: 'add' } }
    await added(send(ask, 'letters', late))
  }
})

test.each(['a\0b', 'a\ud800', '\udc00b', 'x'.repeat(1001), 'ä'.repeat(501)])(
  'an id that not every store could keep is refused, and nothing of it stays: %j',
  async (id) => {
    await using server = await testServer()
    const { ask } = await server.person('cleo', ['custodian'])
    const refused = await send(
      ask,
      'letters',
      line(id, 'test', { paragraphs: ['Always.'], issues: [] }),
    )
    expect({ status: refused.status, body: await refused.json() }).toMatchObject({
      status: 400,
      body: { code: 'example-id', message: expect.stringContaining('of example 1') as string },
    })
    expect(await server.store.datasets.owners(['letters'])).toEqual(new Map())
  },
)

test('an example with the longest id is kept and opened', async () => {
  await using server = await testServer()
  const id = 'ä'.repeat(500)
  await added(send(server.solo, 'letters', line(id, 'test')))
  const path = `/api/datasets/letters/versions/newest/example?id=${encodeURIComponent(id)}`
  expect(await json(server.solo('GET', path))).toMatchObject({ id })
})

test('what a custodian reads of hidden splits is in the audit log, and what an engineer reads is not', async () => {
  await using server = await testServer()
  const { ask } = await server.person('cleo', ['custodian'])
  const engineer = await server.person('eve', ['engineer'])
  const { hash } = await added(send(ask, 'letters', [...open, ...hidden].join('')))
  const of = '/api/datasets/letters/versions/newest'
  const before = await auditOf(server)
  await json(engineer.ask('GET', `${of}/examples`))
  await json(engineer.ask('GET', `${of}/entries`))
  expect(await auditOf(server)).toEqual(before)
  for (const path of ['/entries', '/examples', '/example?id=b', '/export']) {
    const known = (await auditOf(server)).length
    const answer = await ask('GET', `${of}${path}`)
    expect(answer.status).toBe(200)
    await answer.text()
    const news = (await auditOf(server)).slice(0, -known)
    expect(news.join('\n')).toMatch(/hidden-read .*"split":"test"/)
  }
  const shown = async () => {
    const [{ action, subject, details } = {}] = await server.store.audit.list({ limit: 1 })
    return `${action} ${subject} ${details}`
  }
  for (const [path, subject] of [
    ['/api/datasets', 'datasets'],
    ['/api/datasets/letters/versions', 'letters'],
    [of, 'letters'],
    ['/api/datasets/letters/label-sets', 'letters'],
  ] as const) {
    const known = (await auditOf(server)).length
    expect((await engineer.ask('GET', path)).status).toBe(path.endsWith('label-sets') ? 403 : 200)
    expect(await auditOf(server)).toHaveLength(known)
    expect((await ask('GET', path)).status).toBe(200)
    // Versions, one version and its labels are the same rows, which are told once in ten minutes.
    const isNew = path === '/api/datasets' || path.endsWith('/versions')
    expect(await auditOf(server)).toHaveLength(isNew ? known + 1 : known)
    const details = `{"audit":1,"rows":1,"test":1,"which":["${hash}"]}`
    expect(await shown()).toBe(`hidden-read ${subject} ${details}`)
  }
  expect((await auditOf(server)).join('\n')).toContain('dataset-changed')
})

/** Everything that can be asked of a dataset, as one text. */
async function everything(ask: Ask, dataset: string, hashes: string[]): Promise<string> {
  const of = `/api/datasets/${dataset}`
  const paths = [
    '/api/datasets',
    `${of}/versions`,
    `${of}/versions?limit=1`,
    ...['newest', ...hashes].flatMap((version) => [
      `${of}/versions/${version}`,
      `${of}/versions/${version}/entries?limit=1`,
      ...['entries', 'examples'].flatMap((what) => [
        `${of}/versions/${version}/${what}`,
        `${of}/versions/${version}/${what}?split=test`,
        `${of}/versions/${version}/${what}?after=b`,
      ]),
      ...['a', 'b', 'nothing'].map((id) => `${of}/versions/${version}/example?id=${id}`),
      `${of}/versions/${version}/export`,
      `${of}/diff?from=${version}`,
    ]),
  ]
  const answers: string[] = []
  for (const path of paths) {
    const answer = await ask('GET', path)
    const text = (await answer.text()).replaceAll(/"(?:next|createdAt)":(?:"[^"]*"|\d+)/g, '')
    answers.push(
      `${path.replaceAll(dataset, 'NAME')} ${answer.status} ${text.replaceAll(dataset, 'NAME')}`,
    )
  }
  return answers.join('\n')
}

test('to an engineer a dataset is the same with and without hidden examples', async () => {
  await using server = await testServer()
  const custodian = await server.person('cleo', ['custodian'])
  const { ask } = await server.person('eve', ['engineer'])
  const later = line('a', 'evaluation', { issues: [] })
  const versionsOf = async (dataset: string, texts: string[][]) => {
    const made = []
    for (const some of texts) made.push(await added(send(custodian.ask, dataset, some.join(''))))
    const evaluation = made.map(({ splits }) => splits[0]?.hash ?? '')
    return { whole: made.map(({ hash }) => hash), evaluation: [...new Set(evaluation)] }
  }
  const plain = await versionsOf('plain', [open, [later, open[1]!]])
  const seenPlain = await everything(ask, 'plain', [...plain.evaluation, 'f'.repeat(64)])
  expect(seenPlain).toContain('We always pay a.')
  const more = await versionsOf('mixed', [
    [...open, ...hidden],
    [...open, ...hidden.slice(1)],
    [later, open[1]!, ...hidden],
    [later, open[1]!],
  ])
  expect(more.evaluation).toEqual(plain.evaluation)
  const withoutPlain = (text: string) => text.replaceAll(/^\/api\/datasets 200.*$/gm, '')
  for (const whole of more.whole) {
    const seen = await everything(ask, 'mixed', [...plain.evaluation, whole])
    expect(withoutPlain(seen).replaceAll(whole, 'f'.repeat(64))).toBe(withoutPlain(seenPlain))
    expect(seen).not.toContain(secret)
  }
  const { items } = await json<{ items: DatasetVersionEntry[] }>(ask('GET', '/api/datasets'))
  const [mixed, pure] = items.map(({ dataset: _name, createdAt: _at, ...rest }) => rest)
  expect(mixed).toEqual(pure)
})

test('a dataset without an example for engineers is to them as if it were not there', async () => {
  await using server = await testServer()
  const custodian = await server.person('cleo', ['custodian'])
  const { ask } = await server.person('eve', ['engineer'])
  const { hash } = await added(send(custodian.ask, 'secret', hidden.join('')))
  expect(await everything(ask, 'secret', [hash])).toBe(await everything(ask, 'absent', [hash]))
  expect(await json(ask('GET', '/api/datasets'))).toEqual({ items: [] })
})

test('a version without an example for engineers any more is to them what its hash says', async () => {
  await using server = await testServer()
  await added(send(server.solo, 'letters', [...open, ...hidden].join('')))
  await added(send(server.solo, 'letters', hidden.join('')))
  const { ask } = await server.person('eng', ['engineer'])
  const check = await json(ask('GET', '/api/datasets/letters/versions/newest/check'))
  expect(check).toMatchObject({ hash: '', intact: true })
})

test('nobody else sees anything, and only custodians add and export', async () => {
  await using server = await testServer()
  const custodian = await server.person('cleo', ['custodian'])
  const { hash } = await added(send(custodian.ask, 'letters', [...open, ...hidden].join('')))
  const of = '/api/datasets/letters'
  for (const role of Role.options.filter((one) => one !== 'custodian')) {
    const { ask } = await server.person(role, [role])
    const isEngineer = role === 'engineer'
    expect((await send(ask, 'letters', open.join(''))).status).toBe(403)
    expect((await ask('GET', `${of}/versions/newest/export`)).status).toBe(403)
    expect((await ask('GET', '/api/datasets')).status).toBe(isEngineer ? 200 : 403)
    expect((await ask('GET', `${of}/versions/${hash}`)).status).toBe(isEngineer ? 404 : 403)
  }
  expect((await send(server.nobody, 'letters', open.join(''))).status).toBe(401)
  expect((await server.nobody('GET', of)).status).toBe(401)
})

test('pages go on where the one before ended', async () => {
  await using server = await testServer()
  await added(send(server.solo, 'letters', [...open, ...hidden].join('')))
  const ids: string[] = []
  let next: string | null = ''
  while (next !== null) {
    const after = next === '' ? '' : `&after=${encodeURIComponent(next)}`
    const path = `/api/datasets/letters/versions/newest/examples?limit=2${after}`
    const page: { items: DatasetExample[]; next: string | null } = await json(
      server.solo('GET', path),
    )
    ids.push(...page.items.map(({ id }) => id))
    next = page.next
  }
  expect(ids).toEqual(['a', 'b', 'c', 'd', 'e'])
})

test('an export tells its checksum and is the same version when it is added again', async () => {
  await using server = await testServer()
  const version = await added(send(server.solo, 'letters', [...open, ...hidden].join('')))
  const answer = await server.solo('GET', `/api/datasets/letters/versions/${version.hash}/export`)
  expect(answer.headers.get('x-dataset-hash')).toBe(version.hash)
  expect(answer.headers.get('content-disposition')).toContain('letters.jsonl')
  const text = await answer.text()
  expect(answer.headers.get('content-length')).toBe(`${Buffer.byteLength(text)}`)
  const digest = createHash('sha256').update(text).digest('base64')
  expect(answer.headers.get('repr-digest')).toBe(`sha-256=:${digest}:`)
  expect((await added(send(server.solo, 'letters', text))).added).toBe(false)
  const other = await added(send(server.solo, 'others', text))
  expect(other.hash).toBe(version.hash)
  const part = await server.solo('GET', '/api/datasets/letters/versions/newest/export?split=test')
  expect((await part.text()).trim().split('\n')).toHaveLength(2)
})

const folder = {
  'set/documents.jsonl': JSON.stringify({
    doc_id: 'memo',
    paragraphs: [{ text: 'They was late.' }],
  }),
  'set/gold.jsonl': JSON.stringify({
    doc_id: 'memo',
    type: 'Grammar',
    para_index: 0,
    start: 5,
    end: 8,
  }),
}

test.each([
  ['a folder', folder],
  [
    'a table with its documents',
    {
      'issues.csv': 'document,type,text\nmemo.txt,Grammar,was\n',
      'memo.txt': 'They was late.',
    },
  ],
  [
    'lines with their documents',
    {
      'a.jsonl': JSON.stringify({
        document: 'in/memo.txt',
        issues: [{ type: 'Grammar', text: 'was' }],
      }),
      'in/memo.txt': 'They was late.',
    },
  ],
])('%s comes as an archive', async (_, files) => {
  await using server = await testServer()
  const archive = writeZip(files)
  const version = await added(
    send(server.solo, 'memos', {
      content: archive,
      fields: { name: 'memos.zip', splits: 'evaluation' },
    }),
  )
  expect(version.splits).toMatchObject([
    { split: 'evaluation', examples: 1, types: [{ type: 'Grammar', issues: 1 }] },
  ])
  const { items } = await json<{ items: DatasetExample[] }>(
    server.solo('GET', '/api/datasets/memos/versions/newest/examples'),
  )
  expect(items[0]?.paragraphs?.[0]?.text).toBe('They was late.')
})

/** As the runs of prompt flow have it. */
const row = JSON.stringify({
  name: 'memo',
  text: ['They was late.'],
  gt_json: JSON.stringify({ issues: [{ type: 'Grammar', text: 'was' }] }),
})

test.each([
  ['{"id": "name", "paragraphs": "text", "issues": "${data.gt_json}"}'],
  ['["id=name", "paragraphs=text", "issues=gt_json.issues"]'],
])('rows with columns of their own come with a mapping: %s', async (columnMapping) => {
  await using server = await testServer()
  const fields = { columnMapping, splits: 'evaluation' }
  await added(send(server.solo, 'memos', { content: row, fields }))
  const { items } = await json<{ items: DatasetExample[] }>(
    server.solo('GET', '/api/datasets/memos/versions/newest/examples'),
  )
  expect(items).toMatchObject([
    { id: 'memo', paragraphs: [{ text: 'They was late.' }], labels: [{ type: 'Grammar' }] },
  ])
})

test('a form field that is not known is refused with those that are, also without a value', async () => {
  await using server = await testServer()
  for (const columns of ['id=name', '']) {
    const answer = await send(server.solo, 'memos', { content: row, fields: { columns } })
    expect(await answer.json()).toMatchObject({
      status: 400,
      message: expect.stringMatching(
        /field "columns", which is not known.*`splits`.*`columnMapping`/,
      ),
    })
  }
})

test.each<[string, Content, Fields]>([
  ['archive-unreadable', 'no archive', { name: 'a.zip' }],
  [
    'archive-unreadable',
    writeZip({ '../out.txt': 'x', 'a.jsonl': open.join('') }),
    { name: 'a.zip' },
  ],
  ['archive-unreadable', writeZip({ 'a.jsonl': 'x', 'a.jsonl/b.txt': 'x' }), { name: 'a.zip' }],
  ['archive-unreadable', writeZip({ [`${'a'.repeat(300)}.jsonl`]: 'x' }), { name: 'a.zip' }],
  ['dataset-not-found', writeZip({ 'a.txt': 'x' }), { name: 'a.zip' }],
  ['bad-line', `${JSON.stringify({ document: '/etc/hostname', issues: [] })}\n`, {}],
  ['bad-line', `${JSON.stringify({ document: '../../../../etc/hostname', issues: [] })}\n`, {}],
  ['bad-line', 'document,type,text\n/etc/hostname,,\n', { name: 'a.csv' }],
  ['bad-line', 'no json\n', {}],
  ['upload-malformed', open.join(''), { splits: 'mine' }],
  ['split-missing', JSON.stringify({ id: 'a', paragraphs: ['x'], issues: [] }), {}],
  ['upload-malformed', open.join(''), { columnMaping: '{"id":"name"}' }],
  ['column-mapping', row, { columnMapping: '{"id": "name"' }],
  ['column-mapping', row, { columnMapping: '{"id": 1}' }],
  ['column-mapping', row, { columnMapping: '{"title": "name"}' }],
  ['column-mapping', row, { columnMapping: '["id"]' }],
  ['bad-line', row, { columnMapping: '{"id": "name", "issues": "gold"}' }],
  ['bad-line', row, {}],
  ['split-unknown', JSON.stringify({ id: 'a', paragraphs: ['x'], issues: [], split: 'dev' }), {}],
])('an upload is refused with %s, and nothing is added', async (code, content, fields) => {
  await using server = await testServer()
  const answer = await send(server.solo, 'letters', { content, fields })
  expect(((await answer.json()) as { code: string }).code).toBe(code)
  expect(await json(server.solo('GET', '/api/datasets'))).toEqual({ items: [] })
})

test('a name that is none is refused', async () => {
  await using server = await testServer()
  const answer = await send(server.solo, 'a%20b', open.join(''))
  expect(await answer.json()).toMatchObject({ code: 'dataset-name', status: 400 })
})

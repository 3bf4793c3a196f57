import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Role } from '../src/schema/access.ts'
import { root } from './helpers/guide-steps.ts'
import { keysOfTeam } from './helpers/keys-of-team.ts'
import { runInProcess } from './helpers/run-in-process.ts'
import { serverProcess } from './helpers/server-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const letter = (id: string, split: string, text: string) =>
  JSON.stringify({
    id,
    split,
    paragraphs: [text],
    issues: text.includes('will always')
      ? [{ type: 'Definitive Language', text: 'will always' }]
      : [],
  })
const letters = [
  letter('offer', 'evaluation', 'We will always repair it.'),
  letter('reminder', 'evaluation', 'You have not paid yet.'),
  letter('thanks', 'test', 'You will always be welcome.'),
].join('\n')
const found = JSON.stringify({
  doc_id: 'offer',
  issues: [{ type: 'Definitive Language', text: 'will always' }],
})

const isExport = ({ action }: { action: string }) => action === 'exported'

async function lettersFolder() {
  return tempFolder({ 'letters.jsonl': letters, 'found.jsonl': found })
}

test('evaluate measures on a dataset of the data folder by its name, on what engineers see of it', async () => {
  await using folder = await lettersFolder()
  const run = (...args: string[]) => runInProcess(args, folder.folder)
  await run('dataset', 'import', 'letters', 'letters.jsonl', '--splits', 'given')
  const measure = (dataset: string) =>
    run('evaluate', '--dataset', dataset, '--outputs', 'found.jsonl', '--json')
  for (const name of ['letters', 'letters@evaluation']) {
    const { exitCode, stdout, stderr } = await measure(name)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ documents: 2 })
    expect(stdout).not.toContain('thanks')
  }
  await run('audit', 'export', 'audit.jsonl')
  const entries = (await readFile(folder.path('audit.jsonl'), 'utf8')).trimEnd().split('\n')
  const exported = entries.map((line) => JSON.parse(line)).filter(isExport)
  expect(exported.map(({ details }) => JSON.parse(details))).toEqual([
    { dataset: 'letters', split: 'evaluation' },
    { dataset: 'letters', split: 'evaluation' },
  ])
})

test('a path comes before a name', async () => {
  await using folder = await lettersFolder()
  const run = (...args: string[]) => runInProcess(args, folder.folder)
  await run('dataset', 'import', 'other.jsonl', 'letters.jsonl', '--splits', 'given')
  await writeFile(folder.path('other.jsonl'), letter('offer', 'evaluation', 'Hello.'))
  const args = ['evaluate', '--outputs', 'found.jsonl', '--json', '--dataset']
  const measured = async (dataset: string) => JSON.parse((await run(...args, dataset)).stdout)
  expect(await measured('other.jsonl')).toMatchObject({ documents: 1 })
  expect(await measured('other.jsonl@evaluation')).toMatchObject({ documents: 2 })
})

test.each([
  ['a hidden split', 'letters@test'],
  ['an unknown name', 'lettres@evaluation'],
  ['a path that is wrong', 'data/letters.jsonl'],
])('%s is refused, with the names that there are', async (_, dataset) => {
  await using folder = await lettersFolder()
  const run = (...args: string[]) => runInProcess(args, folder.folder)
  await run('dataset', 'import', 'letters', 'letters.jsonl', '--splits', 'given')
  const told = await run('evaluate', '--dataset', dataset, '--outputs', 'found.jsonl')
  expect(told).toMatchObject({ exitCode: 2, stdout: '' })
  expect(told.stderr).toContain(`The dataset ${dataset} does not exist or cannot be reached.`)
  expect(told.stderr).toContain(
    'By name there are: letters; a name stands alone or with @evaluation',
  )
  expect(told.stderr).toContain('[dataset-not-found]')
})

test('where there is no store none is made, and that is said', async () => {
  await using folder = await lettersFolder()
  const args = ['evaluate', '--dataset', 'letters@evaluation', '--outputs', 'found.jsonl']
  const { exitCode, stderr } = await runInProcess(args, folder.folder)
  expect(exitCode).toBe(2)
  expect(stderr).toContain('The data folder has none of a name either.')
  expect(existsSync(folder.path('.proofloop'))).toBe(false)
})

test('where several people have accounts it takes the key of one who may export', async () => {
  await using folder = await lettersFolder()
  const flow = path.join(root, 'examples/document-review')
  const args = ['--port', '0', '--data', folder.path('data'), '--flow', flow]
  await using server = await serverProcess(args, { cwd: folder.folder })
  const invited = { eve: 'engineer' } as const
  const keep: Role[] = ['custodian', 'admin']
  const [custodian = '', engineer = ''] = await keysOfTeam(server, { keep, invited })
  const run = (key: string, ...rest: string[]) =>
    runInProcess([...rest, '--data', 'data'], folder.folder, { env: { PROOFLOOP_API_KEY: key } })
  await run(custodian, 'dataset', 'import', 'letters', 'letters.jsonl', '--splits', 'given')
  const measure = (key: string) =>
    run(key, 'evaluate', '--dataset', 'letters', '--outputs', 'found.jsonl', '--no-record')
  const refused = await measure(engineer)
  expect(refused).toMatchObject({ exitCode: 2, stdout: '' })
  expect(refused.stderr).toContain(
    'it takes datasets:export. To measure without it, have the server',
  )
  expect((await measure('')).stderr).toContain('[person-unknown]')
  expect(await measure(custodian)).toMatchObject({ exitCode: 0, stderr: '' })
})

import { readdir, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { evaluateOutputs, toEvaluationRun } from './evaluate-outputs.ts'
import { loadRun, saveRun } from './evaluation-run.ts'
import { summarizeRun } from './evaluation-summary.ts'

/** Types are names that people choose; these are also names of every object. */
const awkward = ['constructor', 'toString', 'Grammar']

function evaluationRun() {
  const documents = ['b', 'a'].map((id) => ({
    id,
    paragraphs: [{ index: 0, text: 'They was late.' }],
    truths: awkward.map((type) => ({ type, text: 'was', location: {} })),
  }))
  const found = documents.map(({ id, truths }) => [id, { issues: truths, error: null }] as const)
  const repeats = [new Map(found), new Map()]
  return toEvaluationRun(evaluateOutputs({ documents, repeats, types: null }), {
    dataset: { name: 'memos', hash: 'd' },
    subject: { kind: 'outputs', files: ['x'] },
    subjectHash: 's',
    policyHash: 'p',
    types: null,
  })
}

test('a run is read back as it was saved, and nothing else is left beside it', async () => {
  await using folder = await tempFolder()
  const file = folder.path('run.json')
  await saveRun(evaluationRun(), file, 'run.json')
  expect(await loadRun(file, 'run.json')).toEqual(evaluationRun())
  expect(await readdir(folder.folder)).toEqual(['run.json'])
})

test('agents may have any name, and their counts are means over repeats', () => {
  const { agents, pooled, documents, repeats } = summarizeRun(evaluationRun())
  expect([documents, repeats]).toEqual([2, 2])
  for (const type of awkward) expect(agents[type]).toMatchObject({ tp: 1, fp: 0, fn: 1 })
  expect([pooled.tp, pooled.fp, pooled.fn]).toEqual([3, 0, 3])
})

test('a run whose documents have different numbers of repeats is refused', async () => {
  await using folder = await tempFolder()
  const run = evaluationRun()
  run.documents[0]?.repeats.pop()
  await writeFile(folder.path('run.json'), JSON.stringify(run))
  await expect(loadRun(folder.path('run.json'), 'run.json')).rejects.toThrow(
    'documents: all documents must have the same number of repeats',
  )
})

// Evaluates many recorded runs on one dataset and prints a Markdown table; the table of real runs in
// docs/evaluation.md is made with it.
// Run: node --conditions=proofloop-source bench/evaluate-runs.ts DATASET OUTPUTS…
import path from 'node:path'
import { loadExampleDocuments } from '../src/dataset/example-document.ts'
import { readDataset } from '../src/dataset/read-dataset.ts'
import { readOutputs } from '../src/dataset/read-outputs.ts'
import { createDocumentReader } from '../src/document/document-reader.ts'
import { evaluateOutputs, toEvaluationRun } from '../src/evaluation/evaluate-outputs.ts'
import { type MetricInterval, summarizeRun } from '../src/evaluation/evaluation-summary.ts'
import { decimal } from '../src/schema/figure-words.ts'

const [datasetName, ...files] = process.argv.slice(2)
if (datasetName === undefined || files.length === 0) {
  throw new Error('Usage: bench/evaluate-runs.ts DATASET OUTPUTS…')
}
const cwd = process.cwd()
const dataset = await readDataset(datasetName, cwd)
await using reader = createDocumentReader()
const documents = await loadExampleDocuments(dataset.examples, reader)
const texts = [...documents].map(([id, { paragraphs }]) => {
  return [id, paragraphs.map(({ text }) => text)] as const
})

async function measure(name: string) {
  const outputs = await readOutputs({ name, cwd, documents: new Map(texts) })
  const evaluated = evaluateOutputs({
    documents: dataset.examples.map(({ id, issues }) => ({
      id,
      paragraphs: documents.get(id)?.paragraphs ?? [],
      truths: issues,
    })),
    repeats: [outputs.byDocument],
    types: null,
  })
  const identity = { subjectHash: outputs.hash, policyHash: '', types: null }
  const subject = { kind: 'outputs' as const, files: [name] }
  return summarizeRun(toEvaluationRun(evaluated, { ...identity, dataset, subject }))
}

function cell({ value, lower, upper }: MetricInterval): string {
  return value === null ? '–' : `${decimal(value)} [${decimal(lower)}, ${decimal(upper)}]`
}

const rows = []
for (const file of files) {
  const { pooled } = await measure(file)
  rows.push({ name: path.basename(file, '.jsonl'), ...pooled })
}
const ranked = rows.toSorted((a, b) => (b.f05.value ?? 0) - (a.f05.value ?? 0))
process.stdout.write(
  [
    '| run | TP | FP | FN | precision | recall | F0.5 |',
    '| --- | ---: | ---: | ---: | --- | --- | --- |',
    ...ranked.map(({ name, tp, fp, fn, precision, recall, f05 }) => {
      return `| ${name} | ${tp} | ${fp} | ${fn} | ${cell(precision)} | ${cell(recall)} | ${cell(f05)} |`
    }),
    '',
  ].join('\n'),
)

// Pages a second and peak memory of `proofloop review` on the bundled booklet, with both agents and
// with phrases alone: node --conditions=proofloop-source bench/whole-review.ts
import path from 'node:path'
import { processUsage } from './process-usage.ts'

const pages = 109
const root = path.resolve(import.meta.dirname, '..')
const booklet = path.join(root, 'examples/document-review/documents/northwind-health-plus.pdf')
const command = ['--conditions=proofloop-source', path.join(root, 'src/cli/main.ts'), 'review']

for (const agents of ['definitive-language,grammar-spelling', 'definitive-language']) {
  const started = performance.now()
  const { cpuMs, rssMb } = await processUsage([...command, booklet, '--json', '--agents', agents])
  const seconds = (performance.now() - started) / 1000
  const result = {
    agents,
    pages,
    seconds: Math.round(seconds * 10) / 10,
    pagesPerSecond: Math.round((pages / seconds) * 10) / 10,
    mainProcessCpuSeconds: Math.round(cpuMs / 100) / 10,
    mainProcessPeakMb: Math.round(rssMb),
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
}

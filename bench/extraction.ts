// Our extraction with word boxes and paragraphs against pdf.js `getTextContent` (runs of text, no
// paragraphs) on the same pages, in turns, in one process. CPU time of the process; start-up apart.
// Run: node --conditions=proofloop-source bench/extraction.ts [file] [rounds]
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { parseDocument } from '../src/document/parse-document.ts'

const [file = 'examples/document-review/documents/northwind-health-plus.pdf', roundsText = '5'] =
  process.argv.slice(2)
const rounds = Number(roundsText)
const bytes = await readFile(file)
const assets = path.dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'))

async function ours(): Promise<number> {
  const document = await parseDocument(bytes, { name: 'bench.pdf' })
  return document.pages.length
}

async function pdfjs(): Promise<number> {
  const task = getDocument({
    data: new Uint8Array(bytes),
    standardFontDataUrl: `${assets}/standard_fonts/`,
    cMapUrl: `${assets}/cmaps/`,
    verbosity: 0,
  })
  const document = await task.promise
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number)
    await page.getTextContent()
    page.cleanup()
  }
  await task.destroy()
  return document.numPages
}

async function cpuOf(work: () => Promise<number>): Promise<{ ms: number; pages: number }> {
  const before = process.cpuUsage()
  const pages = await work()
  const { user, system } = process.cpuUsage(before)
  return { ms: (user + system) / 1000, pages }
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

const startUp = { ours: (await cpuOf(ours)).ms, pdfjs: (await cpuOf(pdfjs)).ms }
const times = { ours: new Array<number>(), pdfjs: new Array<number>() }
let pages = 0
for (let round = 0; round < rounds; round += 1) {
  const mine = await cpuOf(ours)
  pages = mine.pages
  times.ours.push(mine.ms)
  times.pdfjs.push((await cpuOf(pdfjs)).ms)
}
const [a, b] = [median(times.ours), median(times.pdfjs)]
const result = {
  pages,
  rounds,
  firstRunCpuMs: startUp,
  cpuMsPerPage: { ours: a / pages, pdfjs: b / pages },
  ratio: a / b,
  pagesPerCpuSecond: pages / (a / 1000),
  peakRssMb: process.resourceUsage().maxRSS / 1024,
}
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)

// Makes datasets of letters, imports them into a store, compares two versions and looks for copies and leaks;
// prints a Markdown table of what each step takes, what of it an example takes beside the smallest set, and for
// how long at most it held up everything else in its process.
// Each size runs in a process of its own, so that its memory is its own.
// Run: node --conditions=proofloop-source bench/datasets.ts [--words 120: of a letter] [SIZE…]
import { mkdtemp, rm } from 'node:fs/promises'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { checkVersion } from '../src/dataset/check-version.ts'
import { diffStoredVersions } from '../src/dataset/diff-stored-versions.ts'
import { importVersion } from '../src/dataset/import-version.ts'
import { readPages } from '../src/lib/read-pages.ts'
import { labelExample } from '../src/dataset/label-example.ts'
import type { LoadedExample } from '../src/dataset/loaded-example.ts'
import { createRandom } from '../src/evaluation/random.ts'
import type { Split } from '../src/schema/access.ts'
import type { DatasetVersion } from '../src/schema/stored-dataset.ts'
import { openStore } from '../src/store/open-store.ts'

type Step = { name: string; seconds: number; cpu: number; heldUp: number }

/** The letter that was made of a document. */
const source = 50
const noVerdicts = { accepted: 0, edited: 0, dismissed: 0, disputed: 0, missed: 0 }
const origin = { document: 'document', group: 'group', review: { id: 'review', ...noVerdicts } }
const shares = { evaluation: 0.6, test: 0.3, audit: 0.1 }

/** One in a hundred is another version of the letter before. */
function letters(count: number, wordsOfLetter: number): LoadedExample[] {
  const random = createRandom(`letters ${count}`)
  const vocabulary = Array.from({ length: 20_000 }, (_, i) => `word${i.toString(36)}`)
  const word = (): string => vocabulary[random.int(vocabulary.length)] ?? ''
  let words: string[] = []
  return Array.from({ length: count }, (_, i) => {
    const isVersion = i % 100 === 99
    words = isVersion
      ? [...words.slice(0, -3), word()]
      : Array.from({ length: wordsOfLetter }, word)
    const half = words.length / 2
    const texts = [words.slice(0, half).join(' '), words.slice(half).join(' ')]
    const issues = [0, 1].map((paragraph) => {
      const text = texts[paragraph]?.split(' ')[0] ?? ''
      const location = { paragraph, start: 0, end: text.length }
      return { type: `Type ${i % 7}`, text, explanation: 'Not so.', suggestedFix: 'so', location }
    })
    const paragraphs = texts.map((text, index) => ({ index, text: `${text}.` }))
    return { id: `letter ${i}`, paragraphs, issues }
  })
}

/** Keeps what each piece of work takes, by its name. */
function createStopwatch() {
  const steps: Step[] = []
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const [start, cpu] = [performance.now(), process.cpuUsage()]
    const result = await work()
    const { user, system } = process.cpuUsage(cpu)
    const seconds = (performance.now() - start) / 1000
    delay.disable()
    steps.push({ name, seconds, cpu: (user + system) / 1e6, heldUp: delay.max / 1e6 })
    return result
  }
  return { steps, timed }
}

async function measure(
  count: number,
  words: number,
): Promise<{ steps: Step[]; megabytes: number }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'proofloop-bench-'))
  const { steps, timed } = createStopwatch()
  try {
    await using store = await openStore({ dataFolder: folder, exclusive: false })
    const examples = letters(count, words).map((one, i) =>
      i === source ? { ...one, origin } : one,
    )
    const group = { id: 'group', split: 'evaluation' as const, shownToEngineer: false }
    const facts = { name: 'a', mediaType: 'text/plain', bytes: 1, uploader: 'bench', group }
    await store.documents.add({ id: origin.document, sha256: 'a', ...facts })
    const from = { store, splitKey: 'key', shares }
    const content = {
      dataset: 'letters',
      mode: 'replace',
      splits: 'drawn',
      source: 'bench',
    } as const
    const add = (some: LoadedExample[]) =>
      importVersion(from, { ...content, examples: some, createdBy: 'bench', note: null })
    const first = await timed('import, with copies', () => add(examples))
    const changed = examples.map((one, i) => (i % 50 === 0 ? { ...one, issues: [] } : one))
    const second = await timed('import of a corrected version', () => add(changed.slice(10)))
    const [labelled] = await store.datasets.entries('everything', second.version.id, { limit: 1 })
    if (labelled === undefined) throw new Error('There is nothing to label.')
    const { id, hash } = labelled
    const labels = { dataset: 'letters', id, hash, issues: [], note: null, createdBy: 'bench' }
    await timed('one label', () => labelExample({ store }, labels, async () => async () => {}))
    await timed('forget a document', () => store.documents.forget(origin.document))
    const reader = {
      allEntries: ({ id }: DatasetVersion, split?: Split) =>
        readPages((page) => store.datasets.entries('everything', id, { ...page, split }), 5000),
      allExamples: ({ id }: DatasetVersion, split?: Split) =>
        readPages((page) => store.datasets.examples('everything', id, { ...page, split }), 200),
      example: ({ id }: DatasetVersion, example: string) =>
        store.datasets.example('everything', id, example),
    }
    const compared = { before: first.version, after: second.version, detailed: 100 }
    await timed('diff', () => diffStoredVersions(reader, compared))
    const prompt = examples.slice(0, 20).flatMap(({ paragraphs }) => paragraphs[0]?.text ?? [])
    const search = searchOf(prompt.join('\n'))
    await timed('check for copies and leaks', () =>
      checkVersion(reader, second.version, { search, place: from }),
    )
    return { steps, megabytes: process.resourceUsage().maxRSS / 1024 }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function searchOf(text: string) {
  return { sources: [{ name: 'agent.prompty', text }], flow: 'none', left: 0 }
}

type Measured = Awaited<ReturnType<typeof measure>>

function inProcessOfItsOwn(count: number): Measured {
  const own = [process.argv[1] ?? '', '--one', '--words', values.words, String(count)]
  const args = [...process.execArgv, ...own]
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 24,
  })
  if (status !== 0) throw new Error(`The size ${count} did not end well: ${stderr}`)
  return JSON.parse(stdout) as Measured
}

const { values, positionals } = parseArgs({
  options: { one: { type: 'boolean' }, words: { type: 'string', default: '120' } },
  allowPositionals: true,
})
if (values.one === true) {
  const measured = await measure(Number(positionals[0]), Number(values.words))
  process.stdout.write(JSON.stringify(measured))
} else {
  const given = positionals.map(Number)
  const sizes = given.length > 0 ? given : [10_000, 30_000, 100_000]
  const print = (line: string) => process.stdout.write(`${line}\n`)
  const columns = [
    'examples',
    'step',
    'seconds',
    'CPU s',
    'CPU of an example, to the smallest set',
    'longest hold-up, ms',
    'peak MB',
  ]
  print(`| ${columns.join(' | ')} |`)
  print(`| ${columns.map((name) => '-'.repeat(name.length)).join(' | ')} |`)
  let smallest: Measured | undefined
  for (const size of sizes) {
    const { steps, megabytes } = inProcessOfItsOwn(size)
    smallest ??= { steps, megabytes }
    for (const [i, { name, seconds, cpu, heldUp }] of steps.entries()) {
      const base = (smallest.steps[i]?.cpu ?? cpu) / (sizes[0] ?? size)
      const ratio = (cpu / size / base).toFixed(2)
      const facts = [seconds, cpu].map((value) => value.toFixed(1))
      facts.push(ratio, heldUp.toFixed(0), megabytes.toFixed(0))
      print(`| ${[size.toLocaleString('en'), name, ...facts].join(' | ')} |`)
    }
  }
}

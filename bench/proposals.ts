// Makes reviews that propose examples, and prints what it takes to list them.
// Run: node --conditions=proofloop-source bench/proposals.ts [REVIEWS]
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { proposalsFor } from '../src/dataset/proposals.ts'
import { readNewest } from '../src/dataset/read-all-entries.ts'
import { timeOrderedId } from '../src/lib/time-ordered-id.ts'
import { reviewedExamples } from '../src/review/reviewed-examples.ts'
import type { Issue } from '../src/schema/issue.ts'
import { openStore } from '../src/store/open-store.ts'
import type { Store } from '../src/store/store.ts'

const wordsOfParagraph = 60
const paragraphsOfDocument = 20
const atOnce = 50

async function addReviewed(store: Store, i: number): Promise<void> {
  const sha256 = i.toString(16).padStart(64, '0')
  const text = Array.from({ length: wordsOfParagraph }, (_, w) => `word${(i * 7 + w) % 5000}`)
  const paragraphs = Array.from({ length: paragraphsOfDocument }, (_, index) => {
    return { index, page: 1, text: `${text.join(' ')} ${index}`, role: 'body' as const, words: [] }
  })
  const pages = [{ number: 1, width: null, height: null, hasText: true }]
  const group = { id: `group ${i}`, split: 'test' as const, shownToEngineer: false }
  const facts = { mediaType: 'text/plain', bytes: 1, uploader: 'rita', name: `letter ${i}` }
  await store.documents.add({ sha256, ...facts, group })
  await store.documents.markReady(sha256, {
    sha256,
    name: facts.name,
    pages,
    paragraphs,
    language: 'en',
  })
  const review = timeOrderedId()
  const asked = { issueOrder: 'document' as const, fullReview: false, requester: 'rita' }
  await store.reviews.create({ id: review, document: sha256, flowVersion: 'flow', ...asked })
  await store.parts.plan(review, [{ agent: 'tone', chunk: 0 }])
  const location = {
    sourceSentence: text.join(' '),
    page: 1,
    paragraph: 0,
    start: 0,
    end: 4,
    quads: [],
  }
  const issues = [0, 1, 2].map((): Issue => ({
    id: timeOrderedId(),
    type: 'Tone',
    agent: 'tone',
    text: 'word',
    explanation: 'Not so.',
    suggestedFix: null,
    score: null,
    unresolved: false,
    location,
  }))
  await store.parts.finish({ review, agent: 'tone', chunk: 0 }, { issues, events: [] })
  await store.reviews.end(review, { state: 'done' })
  for (const issue of issues) {
    const verdict = { id: timeOrderedId(), review, issue: issue.id, person: 'rita', added: null }
    await store.verdicts.add({ ...verdict, judgement: { kind: 'accepted' } }, 0)
  }
  const mark = { id: timeOrderedId(), document: sha256, review, person: 'rita' }
  await store.readMarks.add({ ...mark, kind: 'read' })
}

const count = Number(process.argv[2] ?? 2000)
const folder = await mkdtemp(path.join(tmpdir(), 'proofloop-bench-'))
try {
  await using store = await openStore({ dataFolder: folder, exclusive: false })
  await store.flowVersions.put({ hash: 'flow', name: 'flow', manifest: {} })
  for (let from = 0; from < count; from += atOnce) {
    const some = Array.from({ length: Math.min(atOnce, count - from) }, (_, i) => from + i)
    await Promise.all(some.map((i) => addReviewed(store, i)))
  }
  for (let round = 0; round < 3; round += 1) {
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const [start, cpu] = [performance.now(), process.cpuUsage()]
    let found = 0
    const newest = await readNewest(store.datasets, 'letters')
    for await (const _ of proposalsFor({ store }, newest, reviewedExamples(store))) found += 1
    const { user, system } = process.cpuUsage(cpu)
    const seconds = (performance.now() - start) / 1000
    const facts = [
      `${seconds.toFixed(2)} s`,
      `${((user + system) / 1e6).toFixed(2)} CPU s`,
      `longest hold-up ${(delay.max / 1e6).toFixed(0)} ms`,
    ]
    process.stdout.write(`${found} proposals: ${facts.join(', ')}\n`)
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

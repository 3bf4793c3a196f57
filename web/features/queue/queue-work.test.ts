import { expect, test } from 'vitest'
import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { dueOf, factsInWords, workInWords } from './queue-work.ts'

type Review = NonNullable<DocumentEntry['newestReview']>
const none = { open: 0, accepted: 0, edited: 0, dismissed: 0, disputed: 0, missed: 0 }
const ada = { id: 'ada', name: 'Ada' }

function documentWith(
  { state = 'done', ...issues }: Partial<Review['issues']> & { state?: Review['state'] },
  readers = 0,
): DocumentEntry {
  const mark = { person: ada, at: 0, review: 'r' }
  return {
    sha256: 'a'.repeat(64),
    name: 'memo.pdf',
    mediaType: 'application/pdf',
    bytes: 1,
    pages: 2,
    pagesWithoutText: 0,
    pagesReadByOcr: 0,
    language: null,
    state: 'ready',
    error: null,
    uploadedBy: ada,
    uploadedAt: 0,
    assignedTo: ada,
    split: null,
    newestReview: { id: 'r', state, progress: 1, issues: { ...none, ...issues }, reason: null },
    read: { by: Array.from({ length: readers }, () => mark), version: readers },
  }
}

test('verdicts come first, then reading; what is read and judged, or still under way, waits for nobody', () => {
  const due = [
    documentWith({ open: 1, accepted: 1 }),
    documentWith({ open: 1 }, 1),
    documentWith({ accepted: 2 }),
    documentWith({}),
    documentWith({ state: 'partial' }),
    documentWith({ accepted: 2 }, 1),
    documentWith({ state: 'running' }),
    documentWith({ state: 'failed' }),
    { ...documentWith({}), state: 'reading' as const },
    { ...documentWith({}), newestReview: null },
  ].map(dueOf)
  const waiting = ['judge', 'judge', 'read', 'read', 'read']
  expect(due).toEqual([...waiting, null, null, null, null, null])
})

test('a document is told as what it is', () => {
  const told = [
    documentWith({ open: 1, accepted: 1 }),
    documentWith({ accepted: 1, disputed: 1 }),
    documentWith({}),
    { ...documentWith({ state: 'partial' }), pages: null },
  ].map(factsInWords)
  expect(told).toEqual([
    '2 pages · 1 of 2 reviewed',
    '2 pages · 2 of 2 reviewed · not read yet',
    '2 pages · nothing found · not read yet',
    'nothing found · not all agents came to their end · not read yet',
  ])
})

test('all work is told in one line', () => {
  const [open, quiet] = [documentWith({ open: 2 }), documentWith({})]
  expect(workInWords([open, open, quiet])).toBe('4 open issues in 2 documents · 1 document to read')
  expect(workInWords([quiet, quiet])).toBe('2 documents to read')
  expect(workInWords([open])).toBe('2 open issues in 1 document')
})

import { expect, test } from 'vitest'
import type { DocumentEntry, ReviewAgent, ReviewEntry } from '../../schema/workplace.ts'
import { remoteResult } from './remote-result.ts'

const ann = { id: 'ann', name: 'Ann' }
const none = { open: 0, accepted: 0, edited: 0, dismissed: 0, disputed: 0, missed: 0 }
const document: DocumentEntry = {
  sha256: 'a'.repeat(64),
  name: 'plan.pdf',
  mediaType: 'application/pdf',
  bytes: 1,
  pages: 1,
  pagesWithoutText: 0,
  pagesReadByOcr: 0,
  language: null,
  state: 'ready',
  error: null,
  uploadedBy: ann,
  uploadedAt: 0,
  assignedTo: null,
  split: null,
  newestReview: null,
  read: { by: [], version: 0 },
}
const done: ReviewAgent = {
  name: 'tone',
  type: 'Tone',
  status: 'done',
  partsDone: 4,
  parts: 4,
  issues: 0,
  leftOut: 0,
  reason: null,
}
const halfDone: ReviewAgent = { ...done, name: 'facts', status: 'partial', partsDone: 1 }

function stopped(reason: string | null) {
  const review: ReviewEntry = {
    id: 'r',
    document: { sha256: document.sha256, name: document.name },
    flow: { name: 'flow', version: 'v' },
    state: 'stopped',
    agents: [done, halfDone],
    issues: none,
    read: { by: [], version: 0 },
    order: 'document',
    trial: false,
    requestedBy: ann,
    requestedAt: 0,
    startedAt: 0,
    finishedAt: 1,
    reason,
  }
  const pages = { pagesWithoutText: [], pagesReadByOcr: [] }
  const { agents } = remoteResult('plan.pdf', { review, issues: [], document, ...pages })
  return Object.values(agents).map((agent) => agent.reason)
}

test('what the server stopped says why, in the agents that were not done', () => {
  expect(stopped('The budget of 5 USD is spent.')).toEqual([
    undefined,
    'stopped after 1 of 4 parts; The budget of 5 USD is spent',
  ])
})

test('what somebody stopped says how far it came', () => {
  expect(stopped(null)).toEqual([undefined, 'stopped after 1 of 4 parts'])
})

import type { Samples } from './input-samples.ts'
import { brokenPdf, canary, hiddenTexts, type plant, places, type seed } from './plant-hidden.ts'

export type Rows = {
  visible: Awaited<ReturnType<typeof seed>>
  hidden: Awaited<ReturnType<typeof plant>>
  cursors: string[]
  /** Somebody whom others may change. */
  dummy: string
}

/** What to send, as somebody would who has guessed hidden texts and knows hidden ids. */
export function samplesFor(
  isEngineer: boolean,
  { visible, hidden, cursors, dummy }: Rows,
): Samples {
  const none = '01a00000-0000-7000-8000-000000000000'
  const { assigned, both } = visible.given
  const given = [assigned.document, both.document]
  const documents = [visible.sha256, ...hidden.documents, ...given, 'cd'.repeat(32)]
  const reviews = [visible.review, ...hidden.reviews, assigned.review, both.review, none]
  const [evaluation = '', other = ''] = visible.evaluations
  const guess = isEngineer ? hiddenTexts.engineer : hiddenTexts.reviewer
  return {
    known: {
      sha256: documents,
      document: documents,
      documents,
      bundle: documents,
      hash: documents,
      review: reviews,
      issue: [visible.issue, ...hidden.issues, none],
      evaluation: [evaluation, ...hidden.evaluations, none],
      baseline: [evaluation, ...hidden.evaluations, none],
      candidate: [other, none],
      after: ['', ...cursors, ...reviews, 'a', `${places.example}-audit`],
      version: ['newest', visible.draft, visible.dataset, ...hidden.datasets, none],
      from: [visible.dataset, ...hidden.datasets],
      to: ['newest', visible.dataset, ...hidden.datasets],
      id: ['a', `${places.example}-test`, 'none'],
      flow: [visible.draft, none],
      dataset: ['letters', places.dataset, 'memos', 'letters@test', 'memos@evaluation', 'none'],
      person: [dummy, none],
      session: [none],
      key: [none],
      mark: [none],
      search: [canary, places.name, 'letter', 'e', '%', ''],
      agent: ['absolutes', places.type],
      agents: ['absolutes', places.type],
      email: ['new@example.org', 'other@example.org'],
    },
    words: ['true', 'probe', 'me', ...hidden.reviews, ...hidden.issues, ...hidden.documents],
    files: [
      new File(['A text of a new letter.'], 'new.txt'),
      new File([guess], 'guess.txt'),
      new File([guess.replace('weekdays', 'Mondays')], 'near.txt'),
      new File([brokenPdf], 'broken.pdf'),
    ],
  }
}

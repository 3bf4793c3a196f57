import type { Samples } from './input-samples.ts'
import type { plantChange } from './plant-change.ts'
import { brokenPdf, canary, hiddenTexts, type plant, places, type seed } from './plant-hidden.ts'

export type Rows = {
  visible: Awaited<ReturnType<typeof seed>> & { change: Awaited<ReturnType<typeof plantChange>> }
  hidden: Awaited<ReturnType<typeof plant>>
  cursors: string[]
  /** Somebody whom others may change. */
  dummy: string
}

const none = '01a00000-0000-7000-8000-000000000000'
const noHash = 'cd'.repeat(32)

/** What to send, as somebody would who has guessed hidden texts and knows hidden ids. */
export function samplesFor(
  isEngineer: boolean,
  { visible, hidden, cursors, dummy }: Rows,
): Samples {
  const { assigned, both } = visible.given
  const given = [assigned.document, both.document]
  const documents = [visible.sha256, ...hidden.documents, ...given]
  const hashes = [...documents, visible.bundle.sha256, noHash]
  const reviews = [visible.review, ...hidden.reviews, assigned.review, both.review, none]
  const [evaluation = '', other = ''] = visible.evaluations
  const { number, gate, head, tree } = visible.change
  const guess = isEngineer ? hiddenTexts.engineer : hiddenTexts.reviewer
  return {
    known: {
      sha256: hashes,
      // An example that gates were measured on, for what they asked models about it.
      document: [...documents, 'memo-0000', 'notice-test-0', noHash],
      documents: hashes,
      bundle: hashes,
      hash: hashes,
      review: reviews,
      issue: [visible.issue, ...hidden.issues, assigned.issue, both.issue, none],
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
      number: [number, '99'],
      gate: [gate, none],
      branch: ['later', 'none'],
      head: [head],
      tree: [tree],
      reason: ['It is said by a probe.'],
      // A branch that is proposed once takes no more processes of git.
      title: ['Of a probe'],
      session: [none],
      key: [none],
      mark: [none],
      search: [canary, places.name, 'letter', 'e', '%', ''],
      agent: ['absolutes', places.type],
      agents: ['absolutes', places.type],
      email: ['new@example.org', 'other@example.org'],
    },
    whole: wholeRequests({ visible, hidden }),
    words: ['true', 'probe', 'me', ...hidden.reviews, ...hidden.issues, ...hidden.documents],
    files: [
      new File(['A text of a new letter.'], 'new.txt'),
      new File([guess], 'guess.txt'),
      new File([guess.replace('weekdays', 'Mondays')], 'near.txt'),
      new File([brokenPdf], 'broken.pdf'),
    ],
  }
}

/** What is done only where all of it fits together, once each. */
function wholeRequests({ visible, hidden }: Pick<Rows, 'visible' | 'hidden'>): Samples['whole'] {
  const { change, labelled, own, bundle } = visible
  const dataset = 'letters'
  const line = { id: 'c', split: 'evaluation', paragraphs: ['The desk is open.'], issues: [] }
  const lines = new File([`${JSON.stringify(line)}\n`], 'one.jsonl')
  const flow = new File([bundle.bytes], 'own')
  const [taken = ''] = own.custodians
  const { number, head, tree } = change
  const proposed = { dataset: 'notices', reviews: hidden.proposed.slice(0, 1) }
  const files = [{ name: 'guidelines.md', text: 'Be briefer.' }]
  const budget = { currency: 'EUR', perMonth: null, perPersonAndMonth: null }
  const decision = { number, decision: 'changes-requested', head, tree, reason: 'By a probe.' }
  return {
    'POST /api/datasets/{dataset}/versions': [
      { dataset, file: lines, mode: 'add', splits: 'given' },
    ],
    'POST /api/datasets/{dataset}/labels': [{ dataset, ...labelled.b, issues: [] }],
    'POST /api/datasets/{dataset}/label-sets/settle': [
      { dataset, ...labelled.a, people: own.custodians, taken: [{ person: taken, number: 0 }] },
    ],
    'PUT /api/datasets/{dataset}/label-sets/example': [
      { dataset, id: 'b', document: labelled.text, revision: 0, state: 'draft', issues: [] },
    ],
    'POST /api/datasets/{dataset}/proposals/merge': [{ ...proposed, dataset: places.dataset }],
    'POST /api/datasets/{dataset}/proposals/rotation': [proposed],
    'POST /api/datasets/{dataset}/proposals/decline': [proposed],
    'PUT /api/datasets/{dataset}/owner': [{ dataset, person: own.custodians[1] }],
    'POST /api/flow/drafts': [{ agent: 'absolutes', files }],
    'POST /api/bundles': [{ file: flow }],
    'PUT /api/bundles/{sha256}': [{ sha256: bundle.sha256, file: flow }],
    'POST /api/changes/{number}/decisions': [decision],
    'POST /api/changes/{number}/retry': [{ number, what: 'gate' }],
    'PUT /api/budget': [budget],
    'DELETE /api/me/keys/{key}': [{ key: own.key }],
    'DELETE /api/me/sessions/{session}': [{ session: own.session }],
  }
}

/**
 * The same without each value in each place: what belongs together is sent together, once of each kind that there
 * is. First what everybody may see, then what is hidden, then what somebody was given, then nothing.
 */
export function casesFor(isEngineer: boolean, rows: Rows): Samples[] {
  const all = samplesFor(isEngineer, rows)
  const [fresh, guess, near] = all.files
  const { assigned, both } = rows.visible.given
  const kinds: { picked: Record<string, string>; word: string; file: File | undefined }[] = [
    { picked: {}, word: 'true', file: fresh },
    { ...hiddenCase(rows, 0), file: guess },
    { ...hiddenCase(rows, 1), file: near },
    { picked: given(assigned), word: 'me', file: guess },
    { picked: given(both), word: 'probe', file: guess },
    ...rows.hidden.documents.slice(2).map((document) => {
      const notice = { dataset: 'notices', id: 'notice-test-0' }
      return { picked: { ...ofDocument(document), ...notice }, word: 'true', file: fresh }
    }),
    { picked: nothing(all), word: 'probe', file: all.files.at(-1) },
  ]
  return kinds.map(({ picked, word, file }, i) => {
    const known = Object.entries(all.known).map(([name, values]): [string, string[]] => {
      return [name, [picked[name] ?? values[0] ?? '']]
    })
    const files = file === undefined ? [] : [file]
    const others = i < 2 ? 'some' : 'one'
    const whole = i === 0 ? all.whole : {}
    return { known: Object.fromEntries(known), words: [word], files, whole, others }
  })
}

function hiddenCase({ hidden, cursors }: Rows, nth: 0 | 1) {
  const [document = '', review = '', evaluation = '', version = ''] = [
    hidden.documents[nth],
    hidden.reviews[nth],
    hidden.evaluations[nth],
    hidden.datasets[nth],
  ]
  const picked = {
    ...ofDocument(document),
    review,
    issue: hidden.issues[nth] ?? '',
    evaluation,
    baseline: evaluation,
    candidate: hidden.evaluations.at(-1 - nth) ?? '',
    version,
    to: version,
    dataset: ['letters', places.dataset][nth] ?? '',
    id: `${places.example}-${['test', 'audit'][nth]}`,
    after: cursors[nth] ?? '',
    search: [canary, places.name][nth] ?? '',
    agent: places.type,
    agents: places.type,
  }
  return { picked, word: [document, review][nth] ?? '' }
}

function given({ document, review, issue }: Record<'document' | 'review' | 'issue', string>) {
  return { ...ofDocument(document), review, issue }
}

function ofDocument(document: string) {
  return { sha256: document, document, documents: document, bundle: document, hash: document }
}

/** The last of each list is not there. */
function nothing({ known }: Samples): Record<string, string> {
  return Object.fromEntries(Object.entries(known).map(([name, all]) => [name, all.at(-1) ?? '']))
}

import { timeOrderedId } from '../../src/lib/time-ordered-id.ts'
import type { Split } from '../../src/schema/access.ts'
import type { Issue } from '../../src/schema/issue.ts'
import type { Judgement } from '../../src/schema/verdict.ts'
import type { Store } from '../../src/store/store.ts'
import type { testServer } from './test-server.ts'

type Server = Awaited<ReturnType<typeof testServer>>

export const words = 'The plan will always cover you whatever happens in the whole wide world.'

function issueAt(start: number, text: string): Issue {
  return {
    id: timeOrderedId(),
    type: 'Tone',
    agent: 'tone',
    text,
    explanation: `${text} is a promise.`,
    suggestedFix: null,
    score: null,
    unresolved: false,
    location: {
      sourceSentence: words,
      page: 1,
      paragraph: 0,
      start,
      end: start + text.length,
      quads: [],
    },
  }
}

type Reviewed = {
  split?: Split
  /** That the document is filed in; default: one of its own. */
  group?: string
  text?: string
  /** Of one issue each. */
  said?: Judgement[][]
  missed?: boolean
  /** Whether somebody says that they have read all of it. */
  read?: boolean
}

/** A document with a review that has ended, and what people said of its issues. */
export async function reviewed(
  server: Server,
  name: string,
  {
    split = 'test',
    group: id = `group ${name}`,
    text = `${words} ${name}`,
    said = [],
    missed,
    read = true,
  }: Reviewed = {},
) {
  const { store } = server
  const sha256 = Buffer.from(name).toString('hex').padEnd(64, '0')
  const group = { id, split, shownToEngineer: false }
  const facts = { mediaType: 'text/plain', bytes: 1, uploader: 'rita' }
  await store.documents.add({ sha256, name, ...facts, group })
  const page = { number: 1, width: null, height: null, hasText: true }
  const body = { index: 0, page: 1, text, role: 'body' as const, words: [] }
  const document = { sha256, name, pages: [page], paragraphs: [body], language: 'en' }
  await store.documents.markReady(sha256, document)
  const done = await reviewedAgain(server, sha256, { said, missed })
  if (read) await markRead(store, { document: sha256, review: done.review })
  return { sha256, ...done }
}

/** Another review of a document that is there. */
export async function reviewedAgain(
  server: Server,
  document: string,
  { said = [], missed }: Pick<Reviewed, 'said' | 'missed'> = {},
) {
  const { store } = server
  const { hash: flowVersion } = await server.host.flows.current()
  const review = timeOrderedId()
  const order = { issueOrder: 'document' as const, fullReview: false, requester: 'rita' }
  await store.reviews.create({ id: review, document, flowVersion, ...order })
  await store.parts.plan(review, [{ agent: 'tone', chunk: 0 }])
  const issues = said.map((_, i) => issueAt(4 + i, 'plan'))
  await store.parts.finish({ review, agent: 'tone', chunk: 0 }, { issues, events: [] })
  await store.reviews.end(review, { state: 'done' })
  for (const [i, judgements] of said.entries())
    await judge(store, { review, issue: issues[i]! }, judgements)
  if (missed) await judge(store, { review, issue: issueAt(14, 'always') }, [{ kind: 'missed' }])
  return { review, issues }
}

type Subject = { review: string; issue: Issue }

async function judge(store: Store, { review, issue }: Subject, judgements: Judgement[]) {
  for (const [i, judgement] of judgements.entries()) {
    const added = judgement.kind === 'missed' ? issue : null
    const one = {
      id: timeOrderedId(),
      review,
      issue: issue.id,
      person: `person ${i}`,
      judgement,
      added,
    }
    await store.verdicts.add(one, i)
  }
}

/** As somebody says it who has read all of the document, or takes that back. */
export function markRead(
  store: Store,
  { document, review }: { document: string; review: string },
  kind: 'read' | 'withdrawn' = 'read',
): Promise<void> {
  return store.readMarks.add({ id: timeOrderedId(), document, review, person: 'person 0', kind })
}

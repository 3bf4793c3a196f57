import { setTimeout } from 'node:timers/promises'
import { expect, vi } from 'vitest'
import { asker, eventsOf, type SentEvent } from './server-process.ts'

/** What a client was answered; null where nothing came within `longest`. */
export type Answer = {
  what: string
  status: number | null
  code: string | null
  message: string | null
  retryAfter: string | null
}

export type Given = { issue: string; version: number; kind: string }

/** What clients were promised. */
type Promised = { documents: string[]; reviews: string[]; verdicts: Given[] }

export type LoadOptions = {
  /** Who works at which of the servers that share the work. */
  people: { url: string; cookie: string }[]
  /** One that has ended, whose issues are judged. */
  review: string
  issues: string[]
}

/** Milliseconds after which a client takes a server for dead. */
const longest = 25_000
const pace = 50
/** Reviews are made faster than they are asked for; otherwise a test waits for its backlog. */
const reviewEvery = 400
const patience = { timeout: 90_000, interval: 100 }

type Sent = { answer: Answer; body: Record<string, unknown> }
type Ask = ReturnType<typeof asker>

/**
 * Clients that upload, review, judge, read and follow, side by side and until they are stopped; they go
 * on after errors, as a page does.
 */
export function startOutageLoad({ people, review, issues }: LoadOptions) {
  const promised: Promised = { documents: [], reviews: [], verdicts: [] }
  const answers: Answer[] = []
  const seen: SentEvent[] = []
  const stopped = new AbortController()
  const count = new Map<string, number>()
  const send = async (what: string, request: () => Promise<Response>): Promise<Sent> => {
    const sent = await answerOf(what, request)
    answers.push(sent.answer)
    if (sent.answer.status !== null && sent.answer.status < 300) {
      count.set(what, (count.get(what) ?? 0) + 1)
    }
    return sent
  }
  const again = async (work: () => Promise<void>): Promise<void> => {
    while (!stopped.signal.aborted) {
      await work()
      await setTimeout(pace)
    }
  }

  const clients = people.flatMap(({ url, cookie }, i) => {
    const ask = asker(url, cookie)
    return [
      again(() => uploadAndReview({ ask, send, promised, url, cookie })),
      again(() => judgeNext({ ask, send, promised }, { review, issues, turn: i })),
      again(async () => {
        await send('read', () => ask('GET', '/api/documents'))
        await send('read', () => ask('GET', `/api/reviews/${review}/issues`))
      }),
    ]
  })
  const last = people.at(-1)
  const follower = again(() =>
    followOn(asker(last?.url ?? '', last?.cookie ?? ''), {
      review,
      seen,
      answers,
      signal: stopped.signal,
    }),
  )
  const kinds = ['upload', 'review', 'verdict', 'read']
  return {
    answers,
    promised,
    seen,
    /** Until every kind of client has got so many more good answers. */
    async progress(more: number): Promise<void> {
      const goals = kinds.map((kind) => [kind, (count.get(kind) ?? 0) + more] as const)
      await vi.waitFor(() => {
        const behind = goals.filter(([kind, goal]) => (count.get(kind) ?? 0) < goal)
        expect(behind).toEqual([])
      }, patience)
    },
    /** Until so many requests that write were refused. */
    async refusals(more: number): Promise<void> {
      const refused = () =>
        answers.filter(({ what, status }) => what === 'verdict' && (status ?? 500) >= 500)
      const goal = refused().length + more
      await vi.waitFor(() => expect(refused().length).toBeGreaterThanOrEqual(goal), patience)
    },
    async stop(): Promise<void> {
      stopped.abort()
      await Promise.all([...clients, follower])
    },
  }
}

async function answerOf(what: string, request: () => Promise<Response>): Promise<Sent> {
  const none = { what, status: null, code: null, message: null, retryAfter: null }
  const late = setTimeout(longest, null, { ref: false })
  const response = await Promise.race([request(), late]).catch((error: unknown) => String(error))
  if (response === null || typeof response === 'string') {
    return { answer: { ...none, message: response }, body: {} }
  }
  const { status } = response
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
  const retryAfter = response.headers.get('retry-after')
  const told =
    status < 300
      ? { code: null, message: null }
      : { code: text(body['code']), message: text(body['message']) }
  return { answer: { what, status, ...told, retryAfter }, body }
}

type Client = {
  ask: Ask
  send: (what: string, request: () => Promise<Response>) => Promise<Sent>
  promised: Promised
}

/** Every text is another one. */
async function uploadAndReview({
  ask,
  send,
  promised,
  url,
  cookie,
}: Client & { url: string; cookie: string }) {
  const form = new FormData()
  const text = `It is very unique, number ${crypto.randomUUID()}. You always get it.`
  form.set('file', new File([text], 'note.txt'))
  const headers = { cookie, origin: url }
  const { body } = await send('upload', () =>
    fetch(`${url}/api/documents`, { method: 'POST', headers, body: form }),
  )
  const document = body['sha256']
  if (typeof document !== 'string') return
  promised.documents.push(document)
  const started = await send('review', () => ask('POST', '/api/reviews', { document }))
  const { id } = started.body
  if (typeof id === 'string') promised.reviews.push(id)
  await setTimeout(reviewEvery)
}

/** As a page does: when somebody was faster, what they said is looked at and judged anew. */
async function judgeNext(
  { ask, send, promised }: Client,
  { review, issues, turn }: { review: string; issues: string[]; turn: number },
): Promise<void> {
  const issue = issues[(promised.verdicts.length + turn) % issues.length] ?? ''
  const address = `/api/reviews/${review}/issues/${issue}/verdicts`
  const kind = turn % 2 === 0 ? 'accepted' : 'dismissed'
  let version = 0
  for (let tries = 0; tries < 5; tries += 1) {
    const judgement = kind === 'accepted' ? { kind } : { kind, reason: null }
    const { answer, body } = await send('verdict', () =>
      ask('POST', address, { version, judgement }),
    )
    if (answer.status === 201) {
      promised.verdicts.push({ issue, version: version + 1, kind })
      return
    }
    if (answer.status !== 409) return
    const { data } = body as { data?: { issue?: { version?: number } } }
    version = data?.issue?.version ?? 0
  }
}

/** One connection of a stream that goes on after the last event that came. */
async function followOn(
  ask: Ask,
  {
    review,
    seen,
    answers,
    signal,
  }: { review: string; seen: SentEvent[]; answers: Answer[]; signal: AbortSignal },
): Promise<void> {
  const response = await ask(
    'GET',
    `/api/reviews/${review}/events?after=${seen.at(-1)?.id ?? 0}`,
  ).catch(() => null)
  if (response === null) return
  if (!response.ok) {
    answers.push((await answerOf('stream', async () => response)).answer)
    return
  }
  const stream = eventsOf(response)
  const ended = new Promise<undefined>((resolve) =>
    signal.addEventListener('abort', () => resolve(undefined)),
  )
  for (;;) {
    const next = await Promise.race([stream.next().catch(() => undefined), ended])
    if (next === undefined || next.done) return
    seen.push(next.value)
  }
}

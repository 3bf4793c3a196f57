import { expect, vi } from 'vitest'
import { openStore, type StoreOptions } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import type { Answer, Given, startOutageLoad } from './outage-load.ts'
import { eventsOf, type asker } from './server-process.ts'

type Load = Pick<ReturnType<typeof startOutageLoad>, 'promised' | 'seen'>

const waiting = { timeout: 120_000, interval: 100 }

/** A review of the bundled document that has ended. */
export async function reviewSample(ask: ReturnType<typeof asker>) {
  const { items } = (await (await ask('GET', '/api/documents')).json()) as {
    items: { sha256: string }[]
  }
  const started = await ask('POST', '/api/reviews', { document: items[0]?.sha256 })
  const { id } = (await started.json()) as { id: string }
  const events = eventsOf(await ask('GET', `/api/reviews/${id}/events?until=complete`))
  for await (const event of events) if (event.data.type === 'complete') break
  const { issues } = (await (await ask('GET', `/api/reviews/${id}/issues`)).json()) as {
    issues: { issue: { id: string } }[]
  }
  return { review: id, issues: issues.map(({ issue }) => issue.id) }
}

/** Everything but success; a conflict is an answer, too. */
export function isRefused({ status }: Answer): boolean {
  return status === null || (status >= 300 && status !== 409)
}

/**
 * How each kind of request was refused. One that a client can act on has a code, a sentence for people
 * and a time to come again; anything else is shown as it is, so that no expectation fits it.
 */
export function refusals(refused: Answer[]): Record<string, unknown> {
  const byKind = Map.groupBy(refused, ({ what }) => what)
  return Object.fromEntries(
    [...byKind].map(([what, answers]) => {
      const [first] = answers
      const same = answers.every(
        (one) =>
          one.status === first?.status &&
          one.code === first.code &&
          /^\d+$/.test(one.retryAfter ?? ''),
      )
      if (!same) return [what, answers]
      const sentences = expect.toSatisfy((sentence: RegExp) =>
        answers.every(({ message }) => sentence.test(message ?? '')),
      )
      return [what, { status: first?.status, code: first?.code, sentence: sentences }]
    }),
  )
}

/** Everything that was acknowledged is there exactly once, and the jobs of it are done. */
export async function expectPromised(
  options: StoreOptions,
  { promised, seen }: Load,
  review: string,
): Promise<void> {
  await using store = await openStore({ ...options, exclusive: false })
  for (const sha256 of promised.documents) {
    await vi.waitFor(async () => {
      expect(await store.documents.get(sha256)).toMatchObject({ state: 'ready' })
    }, waiting)
  }
  for (const id of promised.reviews) {
    await vi.waitFor(async () => {
      expect(await store.reviews.get(id)).toMatchObject({ state: 'done' })
    }, waiting)
  }
  await expectVerdicts(store, review, promised.verdicts)
  const events = await store.events.since(review, { after: 0, limit: 1_000_000 })
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, i) => i + 1))
  expect(seen.map(({ id }) => id)).toEqual(seen.map((_, i) => i + 1))
}

async function expectVerdicts(store: Store, review: string, promised: Given[]): Promise<void> {
  const textOf = ({ issue, version, kind }: Given) => `${issue} ${version} ${kind}`
  const kept = (await store.verdicts.list(review)).map(({ issue, version, judgement }) =>
    textOf({ issue, version, kind: judgement.kind }),
  )
  const times = Map.groupBy(kept, (text) => text)
  const wrong = promised.filter((one) => times.get(textOf(one))?.length !== 1)
  expect(wrong).toEqual([])
  expect(new Set(promised.map(textOf)).size).toBe(promised.length)
}

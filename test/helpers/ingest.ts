import { fork } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'vitest'
import { timeOrderedId } from '../../src/lib/time-ordered-id.ts'
import { openStore, type StoreOptions } from '../../src/store/open-store.ts'
import { newIssue, reviewWithIssues, verdict } from '../../src/store/store-samples.ts'
import type { Store } from '../../src/store/store.ts'

export type IngestOptions = { store: StoreOptions; review: string }
export type Acknowledged = { issues: string[] } | { verdict: string }

const issuesOfPart = 5

/** Eight writers at once: parts with their issues, and a verdict on each issue. Never ends. */
export async function ingest(
  store: Store,
  review: string,
  acknowledge: (done: Acknowledged) => void,
): Promise<void> {
  const write = async (): Promise<never> => {
    for (;;) await writePart(store, review, acknowledge)
  }
  await Promise.all(Array.from({ length: 8 }, write))
}

export async function writePart(
  store: Store,
  review: string,
  acknowledge: (done: Acknowledged) => void,
): Promise<void> {
  const agent = timeOrderedId()
  await store.parts.plan(review, [{ agent, chunk: 0 }])
  const issues = Array.from({ length: issuesOfPart }, (_, i) => ({ ...newIssue(i), agent }))
  const event = { kind: 'issues', content: { agent } }
  await store.parts.finish({ review, agent, chunk: 0 }, { issues, events: [event] })
  acknowledge({ issues: issues.map(({ id }) => id) })
  for (const issue of issues) {
    const given = verdict(review, issue, { kind: 'edited', edit: { suggestedFix: null } })
    await store.verdicts.add(given, 0)
    acknowledge({ verdict: given.id })
  }
}

/**
 * Kills a process that writes with SIGKILL, again and again, and looks for what it was promised.
 * @returns how much that was: a store that was never written to would lose nothing either
 */
export async function killDuringIngest(options: StoreOptions, kills: number): Promise<number> {
  const review = await createReview(options)
  let total = 0
  for (let kill = 0; kill < kills; kill += 1) {
    const acknowledged = await ingestUntilKilled({ store: options, review })
    total += acknowledged.length
    await using store = await openStore(options)
    await expectKept(store, review, acknowledged)
  }
  return total
}

export async function createReview(options: StoreOptions): Promise<string> {
  await using store = await openStore(options)
  const { review } = await reviewWithIssues(store, 0)
  return review
}

async function ingestUntilKilled(options: IngestOptions): Promise<Acknowledged[]> {
  const acknowledged: Acknowledged[] = []
  const child = fork(new URL('./ingest-child.ts', import.meta.url), [JSON.stringify(options)])
  const exit = once(child, 'exit')
  const wanted = 20 + Math.random() * 200
  child.on('message', (message: Acknowledged) => {
    acknowledged.push(message)
    if (acknowledged.length > wanted) child.kill('SIGKILL')
  })
  const [, signal] = await exit
  expect(signal).toBe('SIGKILL')
  return acknowledged
}

/** Nothing that was acknowledged is lost, and no part is kept by half. */
export async function expectKept(
  store: Store,
  review: string,
  acknowledged: Acknowledged[],
): Promise<void> {
  const issues = await store.issues.list(review)
  const verdicts = await store.verdicts.list(review)
  const kept = new Set([...issues, ...verdicts].map(({ id }) => id))
  const promised = acknowledged.flatMap((done) => ('issues' in done ? done.issues : [done.verdict]))
  expect(promised.filter((id) => !kept.has(id))).toEqual([])

  const byAgent = Map.groupBy(issues, ({ agent }) => agent)
  for (const { agent, state } of await store.parts.list(review)) {
    if (agent === 'grammar') continue
    expect(byAgent.get(agent)?.length ?? 0).toBe(state === 'done' ? issuesOfPart : 0)
  }
  const events = await store.events.since(review, { after: 0, limit: 1_000_000 })
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, i) => i + 1))
}

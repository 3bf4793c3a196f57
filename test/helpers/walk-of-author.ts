import path from 'node:path'
import { expect } from 'vitest'
import { createApp } from '../../src/server/app.ts'
import { askingOf } from './asking.ts'
import type { changeWorld } from './change-world.ts'
import { followLinks } from './follow-links.ts'
import { leaksIn } from './leaks-in.ts'

type World = Awaited<ReturnType<typeof changeWorld>>

const origin = 'http://localhost:4310'

/**
 * Signs in as the author of a world's changes, and follows every link to every answer, whatever a custodian has
 * come across; reads what the forge shows and what the server logged, too.
 * @param hidden every word that is in hidden documents, of which a custodian comes across each
 * @returns where which of them was
 */
export async function leaksToAuthor(world: World, hidden: readonly string[]): Promise<string[]> {
  const { appHost, host, forge, eve, cleo, store, lines } = world
  const app = createApp({ ...appHost, changes: host.changes, webFolder: path.resolve('web') })
  const asking = askingOf(app, origin)
  const custodian = await followLinks(asking(cleo), { outside: app.routes })
  const seen = custodian.told.map(({ answer }) => answer).join('\n')
  expect(hidden.filter((word) => !seen.includes(word))).toEqual([])
  const [gate] = await store.gates.list({ limit: 1 })
  const secrets = [...hidden, ...(gate === undefined ? [] : [gate.testSet])]
  const secretsIn = (text: string) => secrets.filter((secret) => text.includes(secret))

  const author = await followLinks(asking(eve), { outside: app.routes, heard: custodian })
  // It is not blind: every change is among what it reads, with what happened to it.
  const changes = await store.changes.list({ limit: 100 })
  const read = author.told
    .filter(({ answer }) => answer.startsWith('200'))
    .map(({ request }) => request)
  const pages = changes.map(({ number }) => `GET /api/changes/${number}`)
  expect(pages.filter((page) => !read.includes(page))).toEqual([])
  const elsewhere = [
    { request: 'the forge', answer: await forge.texts() },
    { request: 'the log', answer: lines.join('') },
  ]
  return leaksIn([...author.told, ...elsewhere], secretsIn)
}

import { expect, test } from 'vitest'
import type { Script } from '../src/model/scripted-server.ts'
import { gateWorld, json } from './helpers/gate-world.ts'
import { findPromises } from './helpers/promise-flow.ts'
import { formWith } from './helpers/test-server.ts'

/** More than the account of the flow lets out at once. */
const places = 4

/** Answers nothing about hidden letters until it is let go. */
function heldScript() {
  const { promise: letGo, resolve } = Promise.withResolvers<void>()
  const asked = { hidden: 0, open: 0 }
  const script: Script = async (request) => {
    const isHidden = JSON.stringify(request.messages).includes('Zanzibar')
    asked[isHidden ? 'hidden' : 'open'] += 1
    if (isHidden) await letGo
    return findPromises(request)
  }
  return { script, asked, letGo: resolve }
}

type World = Awaited<ReturnType<typeof gateWorld>>

async function review({ eve, until }: World): Promise<void> {
  const file = formWith('Our letter says that we always pay.', 'own.txt')
  const { sha256 } = await json<{ sha256: string }>(eve.ask('POST', '/api/documents', file))
  const { id } = await json<{ id: string }>(eve.ask('POST', '/api/reviews', { document: sha256 }))
  await until(async () => {
    const { state } = await json<{ state: string }>(eve.ask('GET', `/api/reviews/${id}`))
    return state === 'done'
  })
}

test('no review waits for what a gate asks, though both ask one account', async () => {
  const { script, asked, letGo } = heldScript()
  await using world = await gateWorld({ script })
  const bundle = await world.send('odd prompts')
  await json(world.start({ bundle }))
  await world.until(async () => asked.hidden === places)
  await review(world)
  // The gate has all that its own queue lets out, and hears no word before the review is done.
  expect(asked.hidden).toBe(places)
  expect(asked.open).toBeGreaterThan(0)
  letGo()
})

test('nor for what is asked when production is measured on hidden examples', async () => {
  const { script, asked, letGo } = heldScript()
  await using world = await gateWorld({ script })
  await json(world.cleo.ask('POST', '/api/datasets/letters/references/measure', {}))
  await world.until(async () => asked.hidden === places)
  await review(world)
  expect(asked.hidden).toBe(places)
  letGo()
})

import { expect, test } from 'vitest'
import { type Ask, json, refusal, report } from '../../test/helpers/gate-world.ts'
import { changeWorld } from '../../test/helpers/proposed-changes.ts'
import type { ChangeView } from '../schema/change-views.ts'

const notYours = { status: 403, code: 'figures-not-yours' }

/** A gate that cannot tell, of a change that eve proposed and wim wrote commits of. */
async function writtenWorld() {
  await using stack = new AsyncDisposableStack()
  const world = stack.use(await changeWorld({ settings: { minDocs: 50 } }))
  const wim = await world.person('wim', ['approver'])
  const looked = await world.gated('less', 'a comment')
  await world.seen(looked.number, { writers: [wim.id] })
  const all = stack.move()
  return { ...world, wim, ...looked, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

const listed = async (ask: Ask): Promise<string[]> =>
  (await json<{ items: { id: string }[] }>(ask('GET', '/api/gates'))).items.map(({ id }) => id)

const outcome = ({ checks }: ChangeView) => checks.find(({ name }) => name === 'gate')?.outcome

test('a gate is neither listed nor told to an approver who wrote commits of its change', async () => {
  await using world = await writtenWorld()
  const { wim, ada, gate, number } = world
  expect(gate.verdict).toBe('CANT_TELL')
  expect(await listed(ada.ask)).toEqual([gate.id])
  expect(await listed(wim.ask)).toEqual([])
  expect(await refusal(wim.ask('GET', `/api/gates/${gate.id}`))).toEqual(notYours)
  expect(outcome(await world.view(number, ada.ask))).toBe('cannot-tell')
  expect(outcome(await world.view(number, wim.ask))).toBe('fail')
})

test('nor is another gate about the same version, or the change that asked it', async () => {
  await using world = await writtenWorld()
  const { wim, ada } = world
  const other = await world.gated('again', 'a comment')
  expect(other.gate.candidate).toBe(world.gate.candidate)
  expect(await refusal(wim.ask('GET', `/api/gates/${other.gate.id}`))).toEqual(notYours)
  expect(outcome(await world.view(other.number, ada.ask))).toBe('cannot-tell')
  expect(outcome(await world.view(other.number, wim.ask))).toBe('fail')
})

test('a custodian who wrote commits of a change does nothing with its gate, another one does', async () => {
  await using world = await writtenWorld()
  const { wim, cleo, gate, store } = world
  await store.people.setRoles(wim.id, ['custodian'])
  const address = `/api/gates/${gate.id}`
  const reads = ['', '/documents', '/asked', '/calls?document=test-3']
  for (const of of reads) {
    expect(await refusal(wim.ask('GET', address + of))).toEqual(notYours)
    expect((await cleo.ask('GET', address + of)).status).toBe(200)
  }
  for (const of of ['/again', '/audit']) {
    expect(await refusal(wim.ask('POST', address + of, {}))).toEqual(notYours)
    expect(await refusal(cleo.ask('POST', address + of, {}))).toMatchObject({ status: 409 })
  }
})

test('where one person is all there is, they see the gates of what they wrote', async () => {
  await using world = await writtenWorld()
  const { wim, gate, store } = world
  await store.settings.put('solo-mode', true)
  for (const { id } of await store.people.list()) {
    if (id !== wim.id) await store.people.setRoles(id, [])
  }
  expect(await world.host.isSolo()).toBe(true)
  expect((await report(wim.ask, gate.id)).gate).toMatchObject({ verdict: 'CANT_TELL' })
})

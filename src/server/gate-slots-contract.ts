import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { gateWorld, json, type OpenServer, refusal, report } from '../../test/helpers/gate-world.ts'
import { findPromises } from '../../test/helpers/promise-flow.ts'
import { workOnGates } from '../gate/work-on-gates.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { Script } from '../model/scripted-server.ts'
import type { Split } from '../schema/access.ts'
import type { AuthorGate, GateEntry } from '../schema/api/gates.ts'

const hour = 3_600_000
const minute = 60_000

/** On every letter that is not hidden. */
const hangs = `import { defineFlow, DocumentInput, FlowOutput } from 'proofloop'
export default defineFlow({
  name: 'hangs',
  input: DocumentInput,
  output: FlowOutput,
  async run({ document }, ctx) {
    const read = await ctx.document.read(document)
    if (!read.paragraphs[0].text.includes('Zanzibar')) await new Promise((go) => setTimeout(go, 90_000))
    return ctx.reviewWithAgents(read)
  },
})
`

type World = Awaited<ReturnType<typeof gateWorld>>

const asked = (world: World, body: object, ask = world.eve.ask) =>
  json<AuthorGate>(world.start(body, ask))

/** Asks about a version that rests over a hidden letter, and lets its time pass. */
async function askToRest(world: World, bundle: string, more = {}) {
  const gate = await asked(world, { bundle, ...more })
  const stored = await untilStopped(world, gate)
  return { gate, stored, told: await world.answer(gate.id) }
}

/** Lets the time of a gate pass whose candidate rests. */
async function untilStopped(world: World, { id, answerAt }: Pick<AuthorGate, 'id' | 'answerAt'>) {
  await world.until(async () => (await world.store.gates.get(id))?.candidateAt !== null)
  world.setClock(answerAt - minute)
  const stored = await world.stored(id)
  expect(await world.answer(id)).toMatchObject({ state: 'waiting', passed: null })
  world.setClock(answerAt)
  return stored
}

/** Has candidates wait for their turn at a gate worker, which other flows have, on one split. */
function waitsForTurn(world: World, split: Split) {
  const { runner } = world.host.gate
  const run = runner.run.bind(runner)
  let isWaiting = false
  runner.run = async (wanted) => {
    const gates = await world.store.gates.list({ limit: 9 })
    const isCandidate = gates.some(({ candidate }) => candidate === wanted.version)
    if (wanted.apart !== split || !isCandidate) return run(wanted)
    isWaiting = true
    if (!wanted.signal.aborted) await once(wanted.signal, 'abort')
    throw new UserFacingError('gate-worker-busy', 'It ran others.')
  }
  return { isWaiting: () => isWaiting, end: () => void (runner.run = run) }
}

/** What it was, and what its receipt says that it cost. */
function priced({ told: { passed, cause, receipt } }: { told: AuthorGate }) {
  const price = z
    .object({ receipt: z.object({ budgetEntry: z.number().nullable() }) })
    .parse(JSON.parse(receipt ?? '')).receipt.budgetEntry
  return { passed, cause, price }
}

/** All that is told but what differs between two gates anyway. */
function comparable({ told, gate }: { told: AuthorGate; gate: AuthorGate }) {
  const { state, passed, cause, again } = told
  const after = [gate.answerAt - gate.startedAt, told.answerAt - told.startedAt]
  return { keys: Object.keys(told), state, passed, cause, again, after }
}

export function describeGateSlots(open: OpenServer): void {
  describe('the time of a gate', () => {
    test('is known when it is asked, and nothing is told before', async () => {
      await using world = await gateWorld({ open })
      const { id, startedAt, answerAt } = await asked(world, {})
      expect(answerAt).toBe(startedAt + hour)
      await world.stored(id)
      world.setClock(answerAt - 5000)
      expect(await world.answer(id)).toMatchObject({
        state: 'waiting',
        passed: null,
        cause: null,
        receipt: null,
        answerAt,
      })
      world.setClock(answerAt)
      expect(await world.answer(id)).toMatchObject({ state: 'answered', passed: true, answerAt })
    })

    test('is the same for a flow that takes longer on a hidden word, and so is the answer', async () => {
      await using world = await gateWorld({ open })
      const bundle = await world.send('a rest')
      const slow = await askToRest(world, bundle)
      expect(slow.stored).toMatchObject({
        verdict: 'CANT_TELL',
        cause: 'quality',
        reasons: ['TIME_LIMIT'],
        charge: 1,
        measures: null,
      })
      const quick = await asked(world, { bundle: await world.send('no promises') })
      const fail = await world.stored(quick.id)
      expect(fail).toMatchObject({ verdict: 'FAIL', cause: 'quality' })
      world.setClock(quick.answerAt)
      const told = await world.answer(quick.id)
      expect(comparable(slow)).toEqual(comparable({ told, gate: quick }))
      expect(await report(world.cleo.ask, slow.gate.id)).toMatchObject({
        reasons: ['TIME_LIMIT'],
        comparison: null,
      })
    })

    test('tells no more when the same is asked again: neither by its answer nor by its price', async () => {
      await using world = await gateWorld({ open })
      const bundles = [await world.send('a rest'), await world.send('no promises')]
      const [resting = '', worse = ''] = bundles
      await askToRest(world, resting)
      await world.gate({ bundle: worse })
      const requests = world.models.requests.length
      const [slow, fail] = [
        await world.gate({ bundle: resting }),
        await world.gate({ bundle: worse }),
      ]
      expect(slow.stored).toMatchObject({ reasons: ['TIME_LIMIT'], verdict: 'CANT_TELL' })
      expect(fail.stored).toMatchObject({ verdict: 'FAIL' })
      // What a flow does anew each time is not seen anew.
      expect(world.models.requests).toHaveLength(requests)
      const free = { passed: false, cause: 'quality', price: null }
      expect([slow, fail].map(priced)).toEqual([free, free])
      expect(await world.budget()).toMatchObject({ own: { used: 2 } })
      // One more look costs one, whatever it was.
      const looks = [await askToRest(world, resting, { again: true })]
      const look = await world.gate({ bundle: worse, again: true })
      expect([...looks, look].map((one) => ({ ...priced(one), price: null }))).toEqual([free, free])
      expect([...looks, look].map((one) => priced(one).price)).toEqual([3, 4])
      expect(await world.budget()).toMatchObject({ own: { used: 4 } })
    })

    test('is given once more by a custodian to what was stopped, free, and not to what has a verdict', async () => {
      await using world = await gateWorld({ open })
      const again = (id: string, ask = world.cleo.ask) => ask('POST', `/api/gates/${id}/again`, {})
      const bundle = await world.send('a rest')
      const slow = await askToRest(world, bundle)
      for (const ask of [world.eve.ask, world.ada.ask])
        expect((await again(slow.gate.id, ask)).status).toBe(403)
      const entry = await json<GateEntry>(again(slow.gate.id))
      expect(await refusal(again(slow.gate.id))).toEqual({
        status: 409,
        code: 'gate-asked-already',
      })
      // It takes its time again.
      const { dueAt } = (await world.store.gates.get(entry.id))!
      const stopped = await untilStopped(world, { id: entry.id, answerAt: dueAt ?? 0 })
      expect(stopped).toMatchObject({
        requester: world.cleo.id,
        reasons: ['TIME_LIMIT'],
        charge: 1,
      })
      expect(await world.answer(entry.id)).toMatchObject({ passed: false, cause: 'quality' })
      expect(await world.budget()).toMatchObject({ own: { used: 1 } })
      const log = await world.store.audit.list({ action: 'gate-asked', limit: 1 })
      expect(log).toMatchObject([{ actor: world.cleo.id, subject: entry.id }])
      expect(log[0]?.details).toContain(slow.gate.id)

      const fail = await world.gate({ bundle: await world.send('no promises') })
      expect(await refusal(again(fail.told.id))).toEqual({ status: 409, code: 'gate-decided' })
    })

    test('begins after the answer before it, however soon that one had ended', async () => {
      await using world = await gateWorld({ open })
      const zoe = await world.person('zoe', ['engineer'])
      const bundle = await world.send('no promises', zoe.ask)
      const first = await asked(world, {})
      const second = await asked(world, { bundle }, zoe.ask)
      expect(second.answerAt).toBe(first.answerAt + hour)
      await world.stored(first.id)
      const requests = world.models.requests.length
      world.setClock(first.answerAt - 5000)
      await world.untilLookedAgain()
      expect(await world.store.gates.get(second.id)).toMatchObject({
        state: 'running',
        candidateAt: null,
      })
      expect(world.models.requests).toHaveLength(requests)
      world.setClock(first.answerAt)
      expect(await world.stored(second.id)).toMatchObject({ verdict: 'FAIL' })
      expect(await world.answer(first.id)).toMatchObject({ passed: true })
      expect(await world.answer(second.id, zoe.ask)).toMatchObject({ state: 'waiting' })
      world.setClock(second.answerAt)
      expect(await world.answer(second.id, zoe.ask)).toMatchObject({ passed: false })
    })

    test('ends as a fault of the host, free, where the candidate saw no hidden example', async () => {
      let isSlow = true
      const script: Script = (message) => {
        const reply = findPromises(message)
        const isHidden = JSON.stringify(message.messages).includes('Zanzibar')
        return isSlow && isHidden && 'text' in reply ? { ...reply, delayMs: 90_000 } : reply
      }
      await using world = await gateWorld({ open, script })
      const bundle = await world.send('a comment')
      const gate = await asked(world, { bundle })
      await world.until(async () => (await world.store.gates.get(gate.id))?.charge !== null)
      world.setClock(gate.answerAt - minute)
      expect(await world.stored(gate.id)).toMatchObject({
        cause: 'host-fault',
        reasons: ['TIME_LIMIT'],
        charge: 1,
      })
      world.setClock(gate.answerAt)
      expect(await world.answer(gate.id)).toMatchObject({ passed: false, cause: 'host-fault' })
      isSlow = false
      const { told, stored } = await world.gate({ bundle })
      expect([told.passed, stored.charge]).toEqual([true, 1])
      expect(await world.budget()).toMatchObject({ own: { used: 1 } })
    })

    test('ends as its own fault, free, where a version does not come to an end on what its author knows', async () => {
      await using world = await gateWorld({ open })
      let isBegun = false
      const { runner } = world.host.gate
      const run = runner.run.bind(runner)
      runner.run = (wanted) => {
        isBegun ||= wanted.apart === 'smoke'
        return run(wanted)
      }
      const bundle = await world.send({ code: hangs })
      const gate = await asked(world, { bundle })
      await world.until(async () => isBegun)
      world.setClock(gate.answerAt - minute)
      expect(await world.stored(gate.id)).toMatchObject({
        cause: 'functional-tests',
        reasons: ['SMOKE_CHECK', 'TIME_LIMIT'],
        charge: null,
        candidateAt: null,
      })
      world.setClock(gate.answerAt)
      expect(await world.answer(gate.id)).toMatchObject({ cause: 'functional-tests' })
    })

    test('ends as nobody’s fault where a gate worker ran other flows until its time was over', async () => {
      await using world = await gateWorld({ open })
      let isBegun = false
      world.host.gate.runner.run = async ({ signal }) => {
        isBegun = true
        await once(signal, 'abort')
        throw new UserFacingError('gate-worker-busy', 'It ran others.')
      }
      const gate = await asked(world, { bundle: await world.send('a comment') })
      await world.until(async () => isBegun)
      world.setClock(gate.answerAt - minute)
      const ended = { cause: 'host-fault', reasons: ['TIME_LIMIT'], charge: null }
      expect(await world.stored(gate.id)).toMatchObject(ended)
    })

    test('ends as a fault of the host, for the entry that it has, where its candidate only waited for a gate worker', async () => {
      await using world = await gateWorld({ open })
      const bundle = await world.send('odd prompts')
      const turn = waitsForTurn(world, 'test')
      const { id, answerAt } = await asked(world, { bundle })
      await world.until(async () => turn.isWaiting())
      world.setClock(answerAt)
      expect(await world.stored(id)).toMatchObject({
        verdict: 'CANT_TELL',
        cause: 'host-fault',
        reasons: ['TIME_LIMIT'],
        candidateAt: null,
        charge: 1,
      })
      expect(await world.answer(id)).toMatchObject({ passed: false, cause: 'host-fault' })
      turn.end()
      const again = await world.gate({ bundle })
      expect(again.stored).toMatchObject({ verdict: 'PASS', charge: 1 })
      expect(await world.budget()).toMatchObject({ own: { used: 1 } })
    })

    test('ends as quality where a candidate that was shown hidden examples waits for a gate worker at another server', async () => {
      await using world = await gateWorld({ open, work: false })
      const { id, startedAt, answerAt } = await asked(world, {
        bundle: await world.send('odd prompts'),
      })
      // As whoever was killed in the middle of it leaves it.
      await world.store.gates.progress(id, { candidateAt: startedAt })
      const turn = waitsForTurn(world, 'test')
      await using _worker = await workOnGates(world.host)
      await world.until(async () => turn.isWaiting())
      world.setClock(answerAt)
      const ended = { cause: 'quality', reasons: ['TIME_LIMIT'], candidateAt: startedAt }
      expect(await world.stored(id)).toMatchObject(ended)
    })

    test('of a look at audit ends as a fault of the host where its candidate only waited for a gate worker', async () => {
      await using world = await gateWorld({ open })
      const { id } = (await world.gate({ bundle: await world.send('odd prompts') })).stored
      await world.putInProduction({ id })
      const turn = waitsForTurn(world, 'audit')
      await json(world.cleo.ask('POST', `/api/gates/${id}/audit`, {}))
      const audit = async () => (await world.store.gateAudits.get(id))!
      await world.until(async () => turn.isWaiting())
      world.setClock((await audit()).dueAt ?? 0)
      await world.until(async () => (await audit()).fault !== null)
      expect(await audit()).toMatchObject({ fault: 'gate-time-limit', candidateAt: null })
      turn.end()
      await json(world.cleo.ask('POST', `/api/gates/${id}/audit`, {}))
      await world.until(async () => (await audit()).state === 'done')
      expect(await audit()).toMatchObject({ passed: true, candidateAt: expect.any(Number) })
    })

    test('ends as quality once its candidate was shown hidden examples, whoever goes on with it and whatever they meet', async () => {
      const goneOn = async (meets: { fault: boolean }) => {
        await using world = await gateWorld({ open, work: false })
        const { runner } = world.host.gate
        const run = runner.run.bind(runner)
        const failed = { issues: [], error: 'Failed.', hostFault: true, referenceFault: true }
        runner.run = async (wanted) => {
          const repeats = await run(wanted)
          if (!meets.fault && wanted.apart !== 'smoke') return repeats
          return repeats.map((repeat) => new Map([...repeat.keys()].map((id) => [id, failed])))
        }
        const gate = await asked(world, { bundle: await world.send('a comment') })
        // As whoever was killed in the middle of it leaves it.
        await world.store.gates.progress(gate.id, { candidateAt: gate.startedAt })
        await using _worker = await workOnGates(world.host)
        return await world.stored(gate.id)
      }
      expect(await goneOn({ fault: false })).toMatchObject({ verdict: 'PASS' })
      expect(await goneOn({ fault: true })).toMatchObject({
        verdict: 'CANT_TELL',
        cause: 'quality',
        reasons: ['RUN_ERRORS'],
      })
    })

    test('is kept where nothing is left that could run it', async () => {
      await using world = await gateWorld({ open, work: false })
      const { id, answerAt } = await asked(world, {})
      world.setClock(answerAt - 5000)
      expect(await world.answer(id)).toMatchObject({ state: 'waiting' })
      world.setClock(answerAt)
      const told = await world.answer(id)
      expect(told).toMatchObject({ passed: false, cause: 'host-fault', answerAt })
      expect(told.receipt).toContain('"not-passed"')
    })

    test('is not taken by one author again and again', async () => {
      await using world = await gateWorld({ open, work: false })
      const { answerAt } = await asked(world, {})
      await asked(world, {})
      await asked(world, {})
      expect(await refusal(world.start({}))).toEqual({ status: 409, code: 'gates-waiting' })
      const zoe = await world.person('zoe', ['engineer'])
      expect((await asked(world, {}, zoe.ask)).answerAt).toBe(answerAt + 3 * hour)
      world.setClock(answerAt)
      await asked(world, {})
    })

    test('is not taken by one author in many requests at once', async () => {
      await using world = await gateWorld({ open, work: false })
      const answers = await Promise.all(Array.from({ length: 8 }, () => world.start({})))
      const refused = answers.filter(({ ok }) => !ok)
      expect(refused).toHaveLength(5)
      for (const one of refused)
        expect(await refusal(one)).toEqual({ status: 409, code: 'gates-waiting' })
      expect(await world.store.gates.list({ limit: 99 })).toHaveLength(3)
    })

    test('is given once more to what was stopped, also where that is asked for twice at once', async () => {
      await using world = await gateWorld({ open, work: false })
      const { id, answerAt } = await asked(world, {})
      await world.store.gates.progress(id, { key: 'key', candidateAt: 1 })
      world.setClock(answerAt)
      expect(await world.answer(id)).toMatchObject({ passed: false, cause: 'quality' })
      const again = () => world.cleo.ask('POST', `/api/gates/${id}/again`, {})
      const answers = await Promise.all([again(), again(), again()])
      const refused = answers.filter(({ ok }) => !ok)
      expect(refused).toHaveLength(2)
      for (const one of refused)
        expect(await refusal(one)).toEqual({ status: 409, code: 'gate-asked-already' })
      expect(await world.store.gates.list({ limit: 99 })).toHaveLength(2)
    })
  })
}

import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  findsWalls,
  gateWorld,
  json,
  refusal,
  report,
  thinWalls,
  type OpenServer,
} from '../../test/helpers/gate-world.ts'
import { findPromises } from '../../test/helpers/promise-flow.ts'
import type { GateDocuments } from '../schema/api/gates.ts'
import type { GateMeasure } from '../schema/stored-gate.ts'
import { answer, httpError } from '../model/scripted-reply.ts'

/** As if every run had failed. */
function inVain({ run, ...rest }: GateMeasure): GateMeasure {
  const failed = { failed: true, agents: {} }
  const documents = run.documents.map(({ id, repeats }) => ({
    id,
    repeats: repeats.map((repeat) => ({ ...repeat, ...failed })),
  }))
  return { ...rest, run: { ...run, documents } }
}

export function describeGateRuns(open: OpenServer): void {
  describe('a gate', () => {
    test('is refused where walls are thin, with what to install', async () => {
      await using world = await gateWorld({ open, work: false, settings: { walls: {} } })
      thinWalls(world)
      const answer = await world.start({})
      expect(answer.status).toBe(409)
      const told = (await answer.json()) as { code: string; message: string }
      expect(told.code).toBe('gate-walls')
      expect(told.message).toContain('bubblewrap')
      expect(told.message).toContain('boundary none')
      expect(told.message).toContain('gate: { demo: true }')
    })

    test('shows a candidate nothing behind walls that became thinner while production was measured', async () => {
      const wanted = { isolation: 'os', boundary: 'none' } as const
      await using world = await gateWorld({ open, settings: { walls: wanted } })
      findsWalls(world, wanted)
      const { runner } = world.host.gate
      const run = runner.run.bind(runner)
      const ran: string[] = []
      // As where a gate worker goes away.
      runner.run = async (one) => {
        const repeats = await run(one)
        ran.push(one.apart)
        if (one.apart === 'test') thinWalls(world)
        return repeats
      }
      const { told, stored } = await world.gate({ bundle: await world.send('code') })
      expect(ran).toEqual(['smoke', 'test'])
      const reasons = ['HOST:gate-walls']
      expect(stored).toMatchObject({ reasons, candidateAt: null, measures: null, charge: 1 })
      expect(told).toMatchObject({ passed: false, cause: 'host-fault' })
    })

    test('takes nothing for an answer that was measured behind thinner walls', async () => {
      await using world = await gateWorld({ open, solo: true, settings: { walls: {} } })
      const thick = { isolation: 'os', boundary: 'users' } as const
      thinWalls(world)
      const bundle = await world.send('a comment', world.solo)
      const alone = await world.gate({ bundle }, world.solo)
      expect(alone.stored).toMatchObject({ verdict: 'PASS', walls: { isolation: 'process' } })
      await world.store.settings.put('solo-mode', false)
      findsWalls(world, thick)
      await world.send('a comment')
      const { stored } = await world.gate({ bundle })
      expect(stored).toMatchObject({ verdict: 'PASS', walls: thick, solo: false })

      thinWalls(world)
      await world.putInProduction(stored)
      const asked = world.models.requests.length
      await json(world.cleo.ask('POST', `/api/gates/${stored.id}/audit`, {}))
      const audit = async () => world.store.gateAudits.get(stored.id)
      await world.until(async () => (await audit())?.fault != null)
      expect(await audit()).toMatchObject({ fault: 'gate-walls', candidateAt: null, walls: null })
      expect(world.models.requests).toHaveLength(asked)
    })

    test('takes nothing for an answer that was given while one person held all roles', async () => {
      await using world = await gateWorld({ open, solo: true })
      const bundle = await world.send('a comment', world.solo)
      const alone = await world.gate({ bundle }, world.solo)
      expect(alone.stored).toMatchObject({ verdict: 'PASS', solo: true, charge: 1 })
      const again = await world.gate({ bundle }, world.solo)
      expect(again.stored).toMatchObject({ verdict: 'PASS', solo: true, charge: null })
      expect(again.stored.measures).toEqual(alone.stored.measures)
      await world.store.settings.put('solo-mode', false)
      await world.send('a comment')
      const { told, stored } = await world.gate({ bundle })
      expect(stored).toMatchObject({ verdict: 'PASS', solo: false, key: alone.stored.key })
      expect(JSON.parse(told.receipt ?? '')).toMatchObject({ receipt: { solo: false } })
      // What it rests on was measured anew, of the candidate as of what is in production.
      const [before, since] = [alone.stored, stored].map(({ measures }) => measures)
      expect(since?.candidate).not.toEqual(before?.candidate)
      expect(since?.baseline).not.toEqual(before?.baseline)
    })

    test('is asked by no version that fails on one of a few examples that its author knows, unless production does, too', async () => {
      const asked = async (fails: 'the candidate' | 'both') => {
        await using world = await gateWorld({
          open,
          script: (message) => {
            const text = JSON.stringify(message.messages)
            const isOdd = fails === 'both' || text.includes('Be odd.')
            const isFailing = isOdd && text.includes('Letter evaluation-1')
            return isFailing ? answer('no json') : findPromises(message)
          },
        })
        return (await world.gate({ bundle: await world.send('odd prompts') })).stored
      }
      expect(await asked('the candidate')).toMatchObject({
        cause: 'functional-tests',
        reasons: ['SMOKE_CHECK'],
        charge: null,
        candidateAt: null,
      })
      expect(await asked('both')).toMatchObject({ verdict: 'PASS', charge: 1 })
    })

    test('takes no agent for failed that has nothing to say in the language of a letter', async () => {
      await using world = await gateWorld({ open, lang: 'de', languages: ['en'] })
      const { told, stored } = await world.gate({ bundle: await world.send('a comment') })
      expect(stored).toMatchObject({ verdict: 'PASS', reasons: [], charge: 1 })
      const address = `/api/gates/${told.id}/documents`
      const { items } = await json<GateDocuments>(world.cleo.ask('GET', address))
      expect(items).toHaveLength(6)
      const whole = { failed: 0, runs: 3 }
      for (const item of items) expect(item).toMatchObject({ baseline: whole, candidate: whole })
    })

    test('lets an agent be mended that fails in every run of what is in production', async () => {
      await using world = await gateWorld({
        open,
        script: (message) => {
          const text = JSON.stringify(message.messages)
          const isBroken = text.includes('Judge them.') && !text.includes('Be fair.')
          return isBroken ? answer('no json') : findPromises(message)
        },
      })
      const { told, stored } = await world.gate({ bundle: await world.send('another judge') })
      expect(stored).toMatchObject({ verdict: 'PASS', charge: 1 })
      const { sides } = await report(world.cleo.ask, told.id)
      expect(sides?.baseline.agents).toMatchObject({ Promise: { tp: 0 }, Absolute: { tp: 6 } })
    })

    test('compares with nothing but what is in production, on the models of its policy', async () => {
      await using world = await gateWorld({ open, work: false })
      const { baseline } = await world.budget()
      expect(baseline).toMatch(/^[0-9a-f]{64}$/u)
      expect(await refusal(world.start({ baseline: 'f'.repeat(64) }))).toEqual({
        status: 400,
        code: 'gate-other-baseline',
      })
      expect(await refusal(world.start({ environment: 'dev' }))).toEqual({
        status: 400,
        code: 'gate-environment',
      })
      const asked = { baseline: baseline?.slice(0, 12), environment: 'test' }
      expect((await world.start(asked)).status).toBe(201)
    })

    test('counts what a candidate fails at as missed, and what the host fails at as nothing', async () => {
      await using own = await gateWorld({
        open,
        script: (message) => {
          const { messages } = message
          const isCandidate = JSON.stringify(messages).includes('Be odd.')
          const isHidden = JSON.stringify(messages).includes('Zanzibar')
          return isCandidate && isHidden ? answer('no json') : findPromises(message)
        },
      })
      const odd = await own.gate({ bundle: await own.send('odd prompts') })
      expect(odd.stored).toMatchObject({ verdict: 'FAIL', cause: 'quality' })
      expect((await report(own.cleo.ask, odd.told.id)).hostFaults).toBe(0)

      await using host = await gateWorld({
        open,
        script: (message) =>
          JSON.stringify(message.messages).includes('Zanzibar')
            ? httpError(401)
            : findPromises(message),
      })
      const down = await host.gate({ bundle: await host.send('a comment') })
      expect(down.told).toMatchObject({ passed: false, cause: 'host-fault' })
      expect(down.stored.measures).toBeNull()
    })

    test('takes for the anchor what was in production when the test set was made, where none is marked', async () => {
      await using world = await gateWorld({ open })
      const first = await world.gate({ bundle: await world.send('a comment') })
      expect(first.stored).toMatchObject({ verdict: 'PASS', anchor: first.stored.baseline })
      const merged = { role: 'baseline', version: first.stored.candidate }
      await json(world.cleo.ask('POST', '/api/flow/references', merged))
      const next = await world.gate({ bundle: await world.send('no promises') })
      expect(next.stored).toMatchObject({
        baseline: first.stored.candidate,
        anchor: first.stored.baseline,
      })
      // One letter more is the same test set, six are another one.
      await world.keepLetters({ evaluation: 2, test: 7, audit: 4 })
      const same = await world.gate({ bundle: await world.send('no promises') })
      expect(same.stored.anchor).toBe(first.stored.baseline)
      await world.keepLetters({ evaluation: 2, test: 13, audit: 4 })
      const later = await world.gate({ bundle: await world.send('no promises') })
      expect(later.stored.anchor).toBe(first.stored.candidate)
    })

    test('compares with the anchor, too, and asks the models of its environment', async () => {
      await using world = await gateWorld({ open, environment: true })
      await json(world.cleo.ask('POST', '/api/flow/references', { role: 'anchor' }))
      const { told, stored } = await world.gate({ bundle: await world.send('no promises') })
      expect(stored.anchor).toBe(stored.baseline)
      const seen = await report(world.cleo.ask, told.id)
      expect(seen.sides?.anchor).toEqual(seen.sides?.baseline)
      expect(JSON.parse(told.receipt ?? '')).toMatchObject({
        receipt: { anchor: { version: stored.anchor, run: stored.hashes?.anchor } },
      })
      const versions = await world.store.flowVersions.list()
      const asked = versions.filter(({ manifest }) =>
        JSON.stringify(manifest).includes('"environment":"test"'),
      )
      expect(asked).toHaveLength(2)
    })

    test('tells versions apart by models that only their code asks, too', async () => {
      await using world = await gateWorld({ open, work: false, spare: true })
      const { flows, gate } = world.host
      const { manifest } = await flows.get((await flows.current()).hash)
      const text = 'export default {}'
      const sha256 = createHash('sha256').update(text).digest('hex')
      const versions = [0, 1].map((temperature) =>
        flows.adopt(
          {
            format: 'proofloop-bundle-2',
            paragraphsPerChunk: manifest.paragraphsPerChunk,
            agents: manifest.agents,
            models: { spare: { parameters: { temperature } } },
            code: { text, sha256 },
          },
          { name: 'coded' },
        ),
      )
      const [cold, warm] = await Promise.all(versions)
      const identify = async (version = cold) => gate.runner.identify(version?.hash ?? '')
      const hashes = [await identify(cold), await identify(warm)].map((one) => one.subjectHash)
      expect(new Set(hashes).size).toBe(2)
    })

    test('runs code where it cannot talk, and takes what it throws for quality', async () => {
      await using world = await gateWorld({ open })
      const { told, stored } = await world.gate({ bundle: await world.send('code') })
      expect(told).toMatchObject({ passed: false, cause: 'quality' })
      expect(stored).toMatchObject({ verdict: 'FAIL', charge: 1 })
      expect(await report(world.cleo.ask, told.id)).toMatchObject({ hostFaults: 0 })
      expect(world.lines.join('')).not.toContain('Zanzibar')
    })

    test('calls quality what the candidate alone brought about, also where its host could not answer', async () => {
      await using world = await gateWorld({ open })
      const { told, stored } = await world.gate({ bundle: await world.send('a refused question') })
      expect(stored).toMatchObject({ verdict: 'CANT_TELL', reasons: ['RUN_ERRORS'], charge: 1 })
      expect(told).toMatchObject({ passed: false, cause: 'quality' })
    })

    test('counts as missed what a candidate asks of a model that nobody has set up', async () => {
      await using world = await gateWorld({ open })
      const { told, stored } = await world.gate({ bundle: await world.send('an unknown model') })
      expect(stored).toMatchObject({ verdict: 'FAIL', cause: 'quality', charge: 1 })
      expect(stored.reasons).not.toContain('RUN_ERRORS')
      expect(await report(world.cleo.ask, told.id)).toMatchObject({ hostFaults: 0 })
    })

    test('judges nothing by a version in production that asks what nobody has set up', async () => {
      await using world = await gateWorld({ open })
      const first = await world.gate({ bundle: await world.send('an unknown model') })
      await world.putInProduction(first.told)
      const bundle = await world.send('a comment')
      const shown = { candidateAt: null, measures: null, verdict: 'CANT_TELL' }
      const faulty = { ...shown, cause: 'host-fault', reasons: ['RUN_ERRORS'] }
      const { told, stored } = await world.gate({ bundle })
      expect(told).toMatchObject({ passed: false, cause: 'host-fault' })
      expect(stored).toMatchObject(faulty)
    })

    test('judges by a version in production that does without a model that nobody has set up', async () => {
      await using world = await gateWorld({ open })
      const change = 'an unknown model that it does without'
      const first = await world.gate({ bundle: await world.send(change) })
      expect(first.stored).toMatchObject({ verdict: 'PASS' })
      await world.putInProduction(first.told)
      const { stored } = await world.gate({ bundle: await world.send('a comment') })
      expect(stored).toMatchObject({ verdict: 'PASS', baseline: first.stored.candidate })
    })

    test('judges nothing by a version in production that finds nothing without a model that nobody has set up', async () => {
      await using world = await gateWorld({ open })
      const change = 'an unknown model without which it finds nothing'
      const first = await world.gate({ bundle: await world.send(change) })
      expect(first.stored).toMatchObject({ verdict: 'FAIL', cause: 'quality' })
      await world.putInProduction(first.told)
      const { stored } = await world.gate({ bundle: await world.send('a comment') })
      const faulty = { cause: 'host-fault', reasons: ['RUN_ERRORS'], candidateAt: null }
      expect(stored).toMatchObject(faulty)
    })

    test('measures a version anew that is in production, where it lacked a model as a candidate', async () => {
      await using world = await gateWorld({ open })
      const change = 'an unknown model for one letter'
      const first = await world.gate({ bundle: await world.send(change) })
      const [before] = first.stored.measures?.candidate ?? []
      expect(before).toBeDefined()
      await world.putInProduction(first.told)
      const bundle = await world.send('a comment')
      const faulty = await world.gate({ bundle })
      expect(faulty.told).toMatchObject({ passed: false, cause: 'host-fault' })
      expect(faulty.stored).toMatchObject({ reasons: ['RUN_ERRORS'], candidateAt: null })

      const { runner } = world.host.gate
      const run = runner.run.bind(runner)
      runner.run = async (wanted) => {
        const repeats = await run(wanted)
        const fine = { error: null, hostFault: false, referenceFault: false }
        return repeats.map(
          (repeat) => new Map([...repeat].map(([id, output]) => [id, { ...output, ...fine }])),
        )
      }
      const { stored } = await world.gate({ bundle })
      expect(stored.candidateAt).not.toBeNull()
      expect(stored.measures?.baseline).toHaveLength(1)
      expect(stored.measures?.baseline).not.toContain(before)
    })

    test('says so where a version in production does not start', async () => {
      await using world = await gateWorld({ open })
      const code = "throw new Error('It does not start.')"
      const broken = await world.gate({ bundle: await world.send({ code }) })
      expect(broken.stored).toMatchObject({ cause: 'functional-tests', reasons: ['SMOKE_CHECK'] })
      await world.putInProduction(broken.told)
      const { told, stored } = await world.gate({ bundle: await world.send('a comment') })
      const reasons = ['HOST:gate-reference-not-started']
      expect(stored).toMatchObject({ reasons, candidateAt: null, measures: null, charge: 1 })
      expect(told).toMatchObject({ passed: false, cause: 'host-fault' })
    })

    test('takes nothing for an answer that rests on a version in production which lacked a model or failed', async () => {
      await using world = await gateWorld({ open })
      const bundle = await world.send('odd prompts')
      const first = await world.gate({ bundle })
      const [kept] = first.stored.measures?.baseline ?? []
      const { gates } = world.host.store
      const measure = gates.measure.bind(gates)
      // As it was kept by a server that took it for enough.
      gates.measure = async (key) => {
        const found = await measure(key)
        return found !== null && key === kept ? inVain(found) : found
      }
      const again = await world.gate({ bundle })
      expect(again.stored).toMatchObject({ key: first.stored.key, verdict: 'PASS', charge: 1 })
      expect(again.stored.measures?.baseline).not.toContain(kept)
      expect(await world.budget()).toMatchObject({ own: { used: 1 } })
      const known = await world.gate({ bundle })
      const { measures } = again.stored
      expect(known.stored).toMatchObject({ verdict: 'PASS', charge: null, measures })
    })

    test('looks at audit by no version in production that asks what nobody has set up', async () => {
      await using world = await gateWorld({ open })
      const first = await world.gate({ bundle: await world.send('an unknown model on audit') })
      await world.putInProduction(first.told)
      const { stored } = await world.gate({ bundle: await world.send('a comment') })
      expect(stored).toMatchObject({ verdict: 'PASS' })
      await world.putInProduction(stored)
      await json(world.cleo.ask('POST', `/api/gates/${stored.id}/audit`, {}))
      const audit = async () => world.store.gateAudits.get(stored.id)
      await world.until(
        async () => (await audit())?.state === 'done' || (await audit())?.fault != null,
      )
      expect(await audit()).toMatchObject({ fault: 'gate-run-errors', candidateAt: null })
    })
  })
}

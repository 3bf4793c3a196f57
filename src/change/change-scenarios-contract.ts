import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { changeWorld, type OpenForgeWorld } from '../../test/helpers/change-world.ts'
import { leaksToAuthor } from '../../test/helpers/walk-of-author.ts'
import {
  testWhatIsRefused,
  testWhoApproves,
  testWhoCountsAgain,
  testWhoCountsSince,
  testWhoIsAsked,
  testWhoWrote,
  testWishThatCountsLater,
} from './change-scenarios-approvals.ts'
import {
  testHeldBeforeMerge,
  testMergedUnseen,
  testReviewsBeforeMerge,
} from './change-scenarios-by-hand.ts'
import { testWhoComesFirst, testWholeWay } from './change-scenarios-races.ts'
import {
  actionsAbout,
  hidden,
  hiddenWords,
  prompt,
  proposeIn,
  small,
  updatedOnceUntested,
  type World,
} from './change-scenarios-world.ts'
import type { DecidedChange } from './change-step.ts'
import { reconcile } from './reconcile.ts'
import { closeChange } from './retry-change.ts'
import { lookAround } from './work-on-changes.ts'

const worseFiles = {
  'agents/promises/agent.prompty': null,
  'agents/promises/consolidator.prompty': null,
}
const reason = 'Fifty letters will never be there.'

/**
 * What holds of changes, on whichever forge. Each scenario has changes of its own; they share a server, on which
 * what was measured of a version stands, as on one that has run for long.
 */
export function describeChanges(openForge: OpenForgeWorld): void {
  const open = (more: object = {}): Promise<World> => changeWorld(openForge, { ...small, ...more })

  describe('a change', () => {
    let world: World
    beforeAll(async () => {
      world = await open()
    })
    afterAll(async () => world[Symbol.asyncDispose]())

    const propose = (branch: string, more: Parameters<World['propose']>[0] = {}) =>
      proposeIn(world, branch, more)

    testWholeWay(() => world)
    testWhoComesFirst(() => world)

    test('of somebody who approves it themselves waits, but in solo mode, where that is marked', async () => {
      const { store } = world.host
      const id = await propose('own', { by: 'wim' })
      await world.settle(id)
      await expect(world.say(id, world.wim)).rejects.toMatchObject({ code: 'own-change' })
      // Nor does a row of theirs that came in otherwise.
      await world.decide(id, world.wim.id)
      expect((await world.settle(id)).stage).toBe('waits-for-approval')
      expect(await world.kinds(id)).toContain('approval-refused')
      await world.forge.review((await world.stored(id)).reference, {
        by: 'wim',
        decision: 'approved',
      })
      expect((await world.settle(id)).stage).toBe('waits-for-approval')

      await using alone = await open({ solo: true })
      await alone.host.store.people.setRoles(alone.eve.id, alone.first.roles)
      const own = await alone.propose()
      await alone.settle(own)
      await alone.decide(own, alone.eve.id, { solo: true })
      expect((await alone.settle(own)).stage).toBe('deployable')
      const request = await alone.host.store.changes.deploymentRequest(own)
      expect(JSON.parse(request?.receipt ?? '')).toMatchObject({ receipt: { solo: true } })
      expect(await store.changes.deploymentRequest(id)).toBeNull()

      // What somebody let in alone while nobody else was there is let in no more once others are.
      const late = await proposeIn(alone, 'late')
      await alone.settle(late)
      await alone.decide(late, alone.eve.id, { solo: true })
      const gate = await alone.gateOf(late)
      await alone.host.store.settings.put('solo-mode', false)
      expect((await alone.settle(late)).stage).not.toBe('deployable')
      expect((await alone.stored(late)).state).toBe('open')
      expect(await alone.gateOf(late)).not.toBe(gate)
      expect(await alone.kinds(late)).toContain('approval-refused')
      // What was merged then stays so, and is marked.
      expect((await alone.look(own)).stage).toBe('deployable')
      expect(await alone.host.store.changes.deploymentRequest(own)).toEqual(request)
    })

    test('that passed in solo mode is gated again once that is off, and waits for somebody else', async () => {
      await using alone = await open({ solo: true })
      const { host, eve, first } = alone
      await host.store.people.setRoles(eve.id, first.roles)
      const id = await alone.propose()
      expect((await alone.settle(id)).stage).toBe('waits-for-approval')
      const gated = async () => {
        const [gate] = await host.store.gates.list({ limit: 1 })
        const { receipt } = JSON.parse(gate?.receipt ?? '') as { receipt: { solo: boolean } }
        return { id: gate?.id, row: gate?.solo, receipt: receipt.solo }
      }
      const before = await gated()
      expect(before).toMatchObject({ row: true, receipt: true })
      await host.store.settings.put('solo-mode', false)
      await alone.decide(id, eve.id, { solo: true })
      expect((await alone.settle(id)).stage).toBe('waits-for-approval')
      const after = await gated()
      expect(after).toMatchObject({ row: false, receipt: false })
      expect(after.id).not.toBe(before.id)
      expect(await alone.stored(id)).toMatchObject({ state: 'open' })
      expect(await host.store.changes.deploymentRequest(id)).toBeNull()
    })

    test('whose base moved is checked as it would be merged now, and the gate costs nothing', async () => {
      const { store } = world.host
      const files = prompt('absolutes', 'Find what is promised again.')
      const id = await propose('moved', { files })
      await world.settle(id)
      const before = await world.newest(id)
      const evaluation = (await world.check(id, 'evaluation'))?.subject
      const first = await store.gates.get((await world.gateOf(id)) ?? '')
      expect(first?.charge).toBeGreaterThan(0)
      const asked = world.models.requests.length
      await world.decide(id, world.ada.id)
      await world.forge.push({ branch: 'main', files: { 'NOTES.md': 'Beside it.\n' }, by: 'wim' })
      if (world.forge.forge.kind === 'github') await updatedOnceUntested(world, id, 'moved')
      expect((await world.settle(id)).stage).toBe('waits-for-approval')
      const after = await world.newest(id)
      expect(after.tree).not.toBe(before.tree)
      expect(await world.kinds(id)).toEqual(expect.arrayContaining(['base-moved', 'approval-void']))
      // The tests ran of what would be merged now; of its version everything was known.
      expect(await world.check(id, 'functional')).toMatchObject({
        tree: after.tree,
        outcome: 'pass',
      })
      const second = await store.gates.get((await world.gateOf(id)) ?? '')
      expect(second?.id).not.toBe(first?.id)
      expect(second).toMatchObject({ charge: null, candidate: first?.candidate })
      expect((await world.check(id, 'evaluation'))?.subject).toBe(evaluation)
      expect(world.models.requests).toHaveLength(asked)
      await world.decide(id, world.ada.id)
      expect((await world.settle(id)).stage).toBe('deployable')
      const merged = (await world.stored(id)).mergedAs ?? ''
      expect(await world.forge.repository.changedFiles(merged, after.tree ?? '')).toEqual([])
    })

    test('that was approved before the gate compares by another test set is approved once more', async () => {
      await using other = await open()
      const { ada } = other
      const id = await other.propose()
      expect((await other.settle(id)).stage).toBe('waits-for-approval')
      const gate = await other.gateOf(id)
      await other.decide(id, ada.id)
      await other.keepLetters({ evaluation: 1, test: 3, audit: 2 })
      expect((await other.settle(id)).stage).toBe('waits-for-approval')
      expect(await other.gateOf(id)).not.toBe(gate)
      const kinds = await other.kinds(id)
      expect(kinds).toContain('approval-void')
      // Whoever may approve it is told again.
      expect(kinds.filter((kind) => kind === 'approval-waiting')).toHaveLength(2)
      await other.say(id, ada)
      expect((await other.settle(id)).stage).toBe('deployable')
      expect(await leaksToAuthor(other, hiddenWords)).toEqual([])
    })

    test('whose tests fail, take too long or are not there goes no further', async () => {
      const id = await propose('tested', { tests: 'failed' })
      const isLocal = world.forge.forge.kind === 'local'
      const causes = { failed: 'failed', slow: 'slow', missing: isLocal ? 'failed' : 'missing' }
      for (const tests of ['failed', 'slow', 'missing'] as const) {
        const files = { 'docs/tested.md': `It ${tests}.\n` }
        if (tests !== 'failed') await world.forge.push({ branch: 'tested', files, tests })
        const stopped = await world.settle(id)
        expect(stopped.stage).toBe('not-passed')
        const check = await world.check(id, 'functional')
        const cause = `${isLocal ? 'tests' : 'runners'}-${causes[tests]}`
        expect(check).toMatchObject({ outcome: 'fail', cause })
        expect(stopped.told).toContain(check?.summary)
        expect(await world.check(id, 'evaluation')).toBeNull()
      }
      const files = { 'docs/tested.md': 'It works.\n' }
      await world.forge.push({ branch: 'tested', files, tests: 'passed' })
      expect((await world.settle(id)).stage).toBe('waits-for-approval')
    })

    test('that is worse on audit is merged and stopped', async () => {
      const id = await propose('odd', { files: prompt('promises', 'Be odd.') })
      await world.settle(id)
      await world.decide(id, world.ada.id)
      const done = await world.settle(id)
      expect(done.stage).toBe('stopped')
      expect(await world.host.store.changes.deploymentRequest(id)).toBeNull()
      expect(await actionsAbout(world, id)).toContain('change-stopped')
      expect(await world.forge.effects()).toContain('deployment stopped')
      expect(await world.texts(id, done)).not.toContain(hidden)
      // What was merged is taken back, as people do.
      const name = 'agents/promises/agent.prompty'
      const files = { [name]: await inProduction(world, name) }
      await world.forge.push({ branch: 'main', files, by: 'owner' })
    })

    test('waits while the forge is down for an hour, and goes on', async () => {
      const id = await propose('down')
      await world.settle(id)
      await world.decide(id, world.ada.id)
      await world.forge.setDown(true)
      const before = await world.kinds(id)
      const down = { code: 'forge-unavailable' }
      await expect(reconcile(world.host, id)).rejects.toMatchObject(down)
      world.setClock(world.host.now() + 3_600_000)
      await expect(lookAround(world.host)).rejects.toMatchObject(down)
      await expect(reconcile(world.host, id)).rejects.toMatchObject(down)
      expect(await world.kinds(id)).toEqual(before)
      expect((await world.look(id)).stage).toBe('merging')
      await world.forge.setDown(false)
      expect((await world.settle(id)).stage).toBe('deployable')
    })

    test('of two hundred commits, pushed with force, is what its newest commit is', async () => {
      const id = await propose('many', { by: 'wim', empty: 199 })
      const eves = await propose('other')
      await reconcile(world.host, id)
      expect(await world.newest(id)).toMatchObject({ commits: 200, writers: [] })
      await world.forge.push({
        branch: 'many',
        files: { 'docs/many.md': 'New.\n' },
        by: 'eve',
        force: true,
      })
      await world.settle(id)
      const seen = { commits: 1, sequence: 1, writers: [world.eve.id] }
      expect(await world.newest(id)).toMatchObject(seen)
      // Wim proposed it, so he does not approve it; nor does he what he wrote a commit of.
      await world.decide(id, world.wim.id)
      expect((await world.settle(id)).stage).toBe('waits-for-approval')
      await world.forge.push({ branch: 'other', files: { 'docs/other.md': 'C' }, by: 'wim' })
      await world.settle(eves)
      await world.decide(eves, world.wim.id)
      expect((await world.settle(eves)).stage).toBe('waits-for-approval')
      expect(await world.newest(eves)).toMatchObject({ writers: [world.wim.id] })
    })

    testWhoApproves(() => world)
    testWhoCountsAgain(() => world)
    testWhoCountsSince(() => world)
    testWhoWrote(() => world)
    testWhoIsAsked(() => world)
    testWishThatCountsLater(() => world)
    testWhatIsRefused(() => world)
    testReviewsBeforeMerge(() => world)
    testHeldBeforeMerge(() => world)
    testMergedUnseen(() => world)

    test('of the evaluation or the policy takes a custodian, and is judged by what held before it', async () => {
      const config = await inProduction(world, 'proofloop.config.ts')
      const policy = config.replace('{ models', '{ gate: { margin: 0.5 }, models')
      expect(policy).not.toBe(config)
      const files = { 'evaluation.ts': 'export default {}\n', 'proofloop.config.ts': policy }
      for (const [name, content] of Object.entries(files)) {
        const id = await propose(`edits-${name}`, { files: { [name]: content } })
        await world.settle(id)
        expect(await world.newest(id)).toMatchObject({ policyFiles: [name] })
        await world.decide(id, world.ada.id)
        const waiting = await world.settle(id)
        expect(waiting.stage).toBe('waits-for-approval')
        expect(waiting.told.join(' ')).toContain('custodian')
        expect((await world.stored(id)).state).toBe('open')
        await world.decide(id, world.cleo.id)
        expect((await world.settle(id)).stage).toBe('deployable')
        const gate = await world.host.store.gates.get((await world.gateOf(id)) ?? '')
        expect(JSON.parse(gate?.policy ?? '')).toEqual(world.host.gate.settings)
      }
    })

    test('of somebody who is no engineer starts nothing', async () => {
      const asked = world.models.requests.length
      const id = await propose('rob', { by: 'rob' })
      expect((await world.settle(id)).stage).toBe('not-an-engineer')
      const nobody = await propose('nobody', { by: 'mallory' })
      expect((await world.settle(nobody)).stage).toBe('not-an-engineer')
      expect(await world.toldOf(id, world.rob.id)).toEqual(['stopped'])
      expect(await world.toldOf(nobody, world.first.id)).toEqual(['stopped'])
      for (const one of [id, nobody]) {
        expect(await world.kinds(one)).toEqual(['opened', 'held'])
        const { tree } = await world.newest(one)
        expect(await world.host.store.changes.checks(one, tree ?? '')).toEqual([])
      }
      expect(world.models.requests).toHaveLength(asked)
    })

    test('waits again, and those hear of it who decide, when what was said does not stand any more', async () => {
      const { ada, rob, host } = world
      const { people } = host.store
      const id = await propose('again')
      expect((await world.settle(id)).stage).toBe('waits-for-approval')
      const told = (person: { id: string }) => world.toldOf(id, person.id)
      const once = ['approval-waiting']
      expect([await told(ada), await told(rob)]).toEqual([once, []])
      // Who becomes an approver hears of what waits, and nobody else hears it again.
      await people.setRoles(rob.id, ['approver'])
      await world.settle(id)
      await world.settle(id)
      expect([await told(ada), await told(rob)]).toEqual([once, once])
      await world.decide(id, ada.id, { decision: 'changes-requested', gate: null })
      expect((await world.settle(id)).stage).toBe('changes-requested')
      await people.setRoles(ada.id, ['reviewer'])
      expect((await world.settle(id)).stage).toBe('waits-for-approval')
      await world.settle(id)
      expect(await told(rob)).toEqual([...once, ...once])
      await people.setRoles(ada.id, ['approver'])
      expect((await world.settle(id)).stage).toBe('changes-requested')
      await people.setRoles(rob.id, ['reviewer'])
    })

    test('that is withdrawn, or whose branch is taken away, is closed', async () => {
      const id = await propose('removed')
      await reconcile(world.host, id)
      await world.forge.remove('removed')
      expect((await world.settle(id)).stage).toBe('closed')
      expect(await world.kinds(id)).toContain('closed')
      expect(await world.toldOf(id, world.eve.id)).toContain('stopped')
      const own = await propose('withdrawn')
      await reconcile(world.host, own)
      const { ada, eve } = world
      const known = await world.stored(own)
      const close = (person: { id: string }) => closeChange(world.host, person, known)
      await expect(close(ada)).rejects.toMatchObject({ code: 'change-not-yours' })
      await close(eve)
      expect((await world.settle(own)).stage).toBe('closed')
      expect(await world.toldOf(own, eve.id)).not.toContain('stopped')
    })

    test('that somebody merges by hand is merged, also when it is withdrawn before anybody has seen that', async () => {
      const id = await propose('merged')
      await reconcile(world.host, id)
      const known = await world.stored(id)
      await world.forge.mergeByHand(known.reference)
      const closing = closeChange(world.host, world.eve, known)
      await expect(closing).rejects.toMatchObject({ code: 'change-not-open' })
      expect((await world.settle(id)).stage).toBe('stopped')
      expect(await world.stored(id)).toMatchObject({ state: 'merged' })
      expect(await world.kinds(id)).not.toContain('closed')
    })

    // Last: of all that has happened.
    test('tells its author no word of a hidden document, whatever they follow', async () => {
      expect(await leaksToAuthor(world, hiddenWords)).toEqual([])
    })
  })

  describe('a change that a strict gate', () => {
    let strict: World
    beforeAll(async () => {
      const budget = { perAuthor: 1, inTotal: 9 }
      // So many that a loss in each of them is beyond doubt.
      const sizes = { ...small.sizes, test: 6 }
      strict = await open({ sizes, settings: { ...small.settings, minDocs: 50, budget } })
    })
    afterAll(async () => strict[Symbol.asyncDispose]())

    const told = async (id: string, { stage, told: sentences }: DecidedChange) => {
      const check = await strict.check(id, 'gate')
      const { outcome, cause, summary } = check ?? {}
      return { stage, sentences, outcome, cause, summary, kinds: await strict.kinds(id) }
    }

    test('finds worse is told the same as one that it cannot tell of, which an approver overrides with a reason', async () => {
      const worse = await strict.propose({ branch: 'worse', files: worseFiles })
      const doubt = await strict.propose({ branch: 'doubt', by: 'wim' })
      const ofWorse = await strict.settle(worse)
      const untellable = await strict.settle(doubt)
      expect(ofWorse.stage).toBe('not-passed')
      expect(await told(doubt, untellable)).toEqual(await told(worse, ofWorse))
      expect(await strict.texts(doubt, untellable)).not.toContain(hidden)
      // An approval is not enough, nor is a word without a reason; that of an approver with one is.
      const { ada, host } = strict
      const gate = await strict.gateOf(doubt)
      await strict.decide(doubt, ada.id)
      await strict.decide(doubt, ada.id, { decision: 'overridden', gate })
      expect((await strict.settle(doubt)).stage).toBe('not-passed')
      await strict.decide(doubt, ada.id, { decision: 'overridden', gate, reason, record: null })
      expect((await strict.settle(doubt)).stage).toBe('not-passed')
      const override = { decision: 'overridden', reason } as const
      const refused = (person: { id: string }, more = {}) =>
        strict.say(doubt, person, { ...override, ...more }).catch(({ code }) => code)
      expect(await refused(ada, { reason: undefined })).toBe('reason-missing')
      expect(await refused(ada, { decision: 'approved' })).toBe('gate-not-passed')
      expect(await refused(strict.wim)).toBe('own-change')
      expect(await refused(strict.rob)).toBe('approver-needed')
      await strict.say(doubt, ada, override)
      const decided = await host.store.audit.list({ action: 'change-decided', limit: 9 })
      const tree = (await strict.newest(doubt)).tree
      expect(decided).toMatchObject([{ actor: ada.id, subject: doubt }])
      expect(JSON.parse(decided[0]?.details ?? '')).toMatchObject({ decision: 'overridden', tree })
      const done = await strict.settle(doubt)
      expect(done.stage).toBe('deployable')
      expect(await host.store.gateAudits.get(gate ?? '')).toMatchObject({ passed: true })
      const [merged] = await host.store.audit.list({ action: 'change-merged', limit: 1 })
      expect(JSON.parse(merged?.details ?? '{}')).toMatchObject({ overridden: true, gate })
      expect(await strict.kinds(doubt)).toContain('overridden')
      const signed = (await host.store.changes.decisions(doubt)).at(-1)?.record
      const request = await host.store.changes.deploymentRequest(doubt)
      expect(request?.override).toBe(signed)
      expect(signed).toContain('proofloop-gate-override-1')
      expect(await strict.texts(doubt, done)).not.toContain(reason)
      // What is worse nobody overrides, also once its branch is updated.
      if (strict.forge.forge.kind === 'github') await updatedOnceUntested(strict, worse, 'worse')
      expect((await strict.settle(worse)).stage).toBe('not-passed')
      const refusal = strict.say(worse, ada, override)
      await expect(refusal).rejects.toMatchObject({ code: 'not-overridable' })
      const worseGate = await strict.gateOf(worse)
      await strict.decide(worse, ada.id, { decision: 'overridden', gate: worseGate, reason })
      expect((await strict.settle(worse)).stage).toBe('not-passed')
    })

    test('may not be asked about any more has spent its budget', async () => {
      const one = await strict.propose({ branch: 'one', files: { ...worseFiles, 'a.md': 'A' } })
      expect((await strict.settle(one)).stage).toBe('not-passed')
      const two = await strict.propose({
        branch: 'two',
        files: prompt('absolutes', 'Find what is promised twice.'),
      })
      expect((await strict.settle(two)).stage).toBe('budget-spent')
      expect(await strict.check(two, 'gate')).toMatchObject({ outcome: 'fail', cause: 'budget' })
    })

    test('is asked about by nobody whose money is spent', async () => {
      const { budgets } = strict.appHost
      const noLimits = { currency: 'USD', perMonth: null, perPersonAndMonth: null }
      await budgets.set({ ...noLimits, perPersonAndMonth: 0.000_001 })
      const files = prompt('absolutes', 'Find what is promised thrice.')
      const id = await strict.propose({ branch: 'dear', files })
      expect((await strict.settle(id)).stage).toBe('budget-spent')
      const spent = { outcome: 'fail', cause: 'budget-exhausted' }
      expect(await strict.check(id, 'evaluation')).toMatchObject(spent)
      expect(await strict.check(id, 'gate')).toBeNull()
      expect(await strict.toldOf(id, strict.eve.id)).toContain('budget-low')
      await budgets.set(noLimits)
    })

    // Last: of all that has happened. Why somebody overrides the gate may tell of it.
    test('has asked about tells no author a word of a hidden document, or a reason', async () => {
      expect(await leaksToAuthor(strict, [...hiddenWords, reason])).toEqual([])
    })
  })
}

/** A file of the flow as it is deployed. */
function inProduction({ flow }: World, name: string): Promise<string> {
  return readFile(flow.path(`flow/${name}`), 'utf8')
}

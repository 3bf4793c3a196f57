import { describe, expect, test } from 'vitest'
import { betterFiles, changeWorld, type OpenForgeWorld } from '../../test/helpers/change-world.ts'
import { findPromises } from '../../test/helpers/promise-flow.ts'
import { answer } from '../model/scripted-reply.ts'
import { verifyReceipt, publicKeyOf } from '../gate/sign-receipt.ts'
import { reconcile } from './reconcile.ts'
import { lookAround } from './work-on-changes.ts'

const worseFiles = {
  'agents/promises/agent.prompty': null,
  'agents/promises/consolidator.prompty': null,
}
/** Of every hidden text. */
const hidden = 'Zanzibar'

/** What holds of changes, on whichever forge. */
export function describeChanges(openForge: OpenForgeWorld): void {
  describe('a change', { timeout: 180_000 }, () => {
    test('goes from a push to an offer to deploy, with one decision of a person', async () => {
      await using world = await changeWorld(openForge)
      const { host, forge } = world
      const id = await world.propose()
      const ready = await world.settle(id)
      expect(ready.stage).toBe('waits-for-approval')
      expect(await world.check(id, 'functional')).toMatchObject({ outcome: 'pass' })
      expect(await world.check(id, 'infrastructure')).toMatchObject({ outcome: 'skipped' })
      expect((await world.check(id, 'evaluation'))?.summary).toMatch(/F0.5 .* on 2 documents/u)
      await world.decide(id, world.ada.id)
      const done = await world.settle(id)
      expect(done.stage).toBe('deployable')
      const { tree, head, base } = await world.newest(id)
      const { mergedAs } = await world.stored(id)
      expect(await forge.repository.changedFiles(mergedAs ?? '', tree ?? '')).toEqual([])
      expect(await forge.repository.commitOf('main')).toBe(mergedAs)
      expect(await forge.repository.changedFiles(base, head)).toHaveLength(1)
      const request = await host.store.changes.deploymentRequest(id)
      expect(request).toMatchObject({ commit: mergedAs, tree })
      const key = publicKeyOf(await host.gate.signingKey())
      expect(verifyReceipt(request?.receipt ?? '', key).candidate.version).toBe(request?.version)
      expect((await world.kinds(id)).filter((kind) => !kind.startsWith('check-'))).toEqual([
        'opened',
        'approval-waiting',
        'approved',
        'merging',
        'merged',
        'audit-started',
        'deployment-requested',
      ])
      expect(await world.actions()).toEqual(
        expect.arrayContaining(['change-merged', 'gate-audited', 'deployment-requested']),
      )
      const effects = await forge.effects()
      expect(effects.filter((effect) => effect.startsWith('merge '))).toHaveLength(1)
      expect(effects.filter((effect) => effect.startsWith('deployment '))).toHaveLength(1)
      expect(await world.texts(id, done)).not.toContain(hidden)
    })

    test('of somebody who approves it themselves waits, but in solo mode, where that is marked', async () => {
      await using world = await changeWorld(openForge)
      const id = await world.propose()
      await world.settle(id)
      await world.decide(id, world.eve.id)
      await world.host.store.people.setRoles(world.eve.id, ['engineer', 'approver'])
      expect((await world.settle(id)).stage).toBe('waits-for-approval')
      expect(await world.kinds(id)).toContain('approval-refused')

      await using alone = await changeWorld(openForge, { solo: true })
      const { first } = alone
      await alone.host.store.people.setRoles(alone.eve.id, first.roles)
      const own = await alone.propose()
      await alone.settle(own)
      await alone.decide(own, alone.eve.id, { solo: true })
      expect((await alone.settle(own)).stage).toBe('deployable')
      const request = await alone.host.store.changes.deploymentRequest(own)
      expect(JSON.parse(request?.receipt ?? '')).toMatchObject({ receipt: { solo: true } })
    })

    test('that is pushed to after an approval waits for another one', async () => {
      await using world = await changeWorld(openForge)
      const id = await world.propose()
      await reconcile(world.host, id)
      await world.decide(id, world.ada.id)
      const { head } = await world.newest(id)
      await world.forge.push({ branch: 'better', files: { 'agents/absolutes/notes.md': 'Two.\n' } })
      expect((await world.settle(id)).stage).toBe('waits-for-approval')
      expect(await world.newest(id)).toMatchObject({ sequence: 1 })
      expect(await world.kinds(id)).toEqual(expect.arrayContaining(['pushed', 'approval-void']))
      // Whoever looks at an old page approves what was there.
      await world.decide(id, world.ada.id, { head })
      expect((await world.settle(id)).stage).toBe('waits-for-approval')
      await world.decide(id, world.ada.id)
      expect((await world.settle(id)).stage).toBe('deployable')
    })

    test('whose base moved is checked as it would be merged now, and the gate costs nothing', async () => {
      await using world = await changeWorld(openForge)
      const { store } = world.host
      const id = await world.propose()
      await world.settle(id)
      const before = await world.newest(id)
      await world.decide(id, world.ada.id)
      await world.forge.push({ branch: 'main', files: { 'NOTES.md': 'Beside it.\n' }, by: 'wim' })
      expect((await world.settle(id)).stage).toBe('waits-for-approval')
      const after = await world.newest(id)
      expect(after).toMatchObject({ head: before.head, sequence: 1 })
      expect(after.tree).not.toBe(before.tree)
      expect(await world.kinds(id)).toEqual(expect.arrayContaining(['base-moved', 'approval-void']))
      const gates = await store.gates.list({ limit: 9 })
      expect(gates.map(({ charge }) => charge)).toEqual([null, 1])
      expect(await store.evaluations.list({ limit: 9 })).toHaveLength(1)
      await world.decide(id, world.ada.id)
      expect((await world.settle(id)).stage).toBe('deployable')
      const merged = (await world.stored(id)).mergedAs ?? ''
      expect(await world.forge.repository.changedFiles(merged, after.tree ?? '')).toEqual([])
    })

    test('that is worse stops, and is told the same as where it cannot be told', async () => {
      await using world = await changeWorld(openForge)
      const id = await world.propose({ files: worseFiles })
      const worse = await world.settle(id)
      expect(worse.stage).toBe('not-passed')
      await using few = await changeWorld(openForge, { settings: { minDocs: 50 } })
      const doubt = await few.propose()
      const untellable = await few.settle(doubt)
      expect(untellable).toEqual(worse)
      const told = async (one: typeof world, change: string) => {
        const check = await one.check(change, 'gate')
        return { outcome: check?.outcome, cause: check?.cause, summary: check?.summary }
      }
      expect(await told(few, doubt)).toEqual(await told(world, id))
      expect(await few.kinds(doubt)).toEqual(await world.kinds(id))
      expect(await few.texts(doubt, untellable)).not.toContain(hidden)
      // An approval is not enough, nor is a word without a reason; that of an approver with one is.
      const gate = (await few.check(doubt, 'gate'))?.subject ?? null
      await few.decide(doubt, few.ada.id)
      await few.decide(doubt, few.ada.id, { decision: 'overridden', gate })
      expect((await few.settle(doubt)).stage).toBe('not-passed')
      const reason = 'Fifty letters will never be there.'
      await few.decide(doubt, few.ada.id, { decision: 'overridden', gate, reason })
      const done = await few.settle(doubt)
      expect(done.stage).toBe('deployable')
      expect(await few.host.store.gateAudits.get(gate ?? '')).toMatchObject({ passed: true })
      const merged = (await few.host.store.audit.list({ action: 'change-merged', limit: 1 }))[0]
      expect(JSON.parse(merged?.details ?? '{}')).toMatchObject({ overridden: true, gate })
      expect(await few.texts(doubt, done)).not.toContain(reason)
      // What is worse nobody overrides.
      const worseGate = (await world.check(id, 'gate'))?.subject ?? null
      await world.decide(id, world.ada.id, { decision: 'overridden', gate: worseGate, reason })
      expect((await world.settle(id)).stage).toBe('not-passed')
    })

    test('that is worse on audit is merged and stopped', async () => {
      await using world = await changeWorld(openForge, {
        script: (message) => {
          const text = JSON.stringify(message.messages)
          const isOdd = text.includes('Be odd.') && text.includes('Letter audit-')
          return isOdd ? answer({ issues: [] }) : findPromises(message)
        },
      })
      const odd = `---\nname: promises\ndescription: Finds promises\nmodel: { id: reviewer }\nmetadata: { type: Promise, shots: 2 }\n---\nsystem:\nFind what is promised. Be odd.\n`
      const id = await world.propose({ files: { 'agents/promises/agent.prompty': odd } })
      await world.settle(id)
      await world.decide(id, world.ada.id)
      const done = await world.settle(id)
      expect(done.stage).toBe('stopped')
      expect(await world.host.store.changes.deploymentRequest(id)).toBeNull()
      expect(await world.actions()).toContain('change-stopped')
      expect(await world.forge.effects()).toContain('deployment stopped')
      expect(await world.texts(id, done)).not.toContain(hidden)
    })

    test('stops when the budget of the gate is spent', async () => {
      const settings = { budget: { perAuthor: 1, inTotal: 9 } }
      await using world = await changeWorld(openForge, { settings })
      const one = await world.propose({ branch: 'one', files: worseFiles })
      expect((await world.settle(one)).stage).toBe('not-passed')
      const two = await world.propose({ branch: 'two' })
      expect((await world.settle(two)).stage).toBe('budget-spent')
      expect(await world.check(two, 'gate')).toMatchObject({ outcome: 'fail', cause: 'budget' })
    })

    test('waits while the forge is down, and goes on', async () => {
      await using world = await changeWorld(openForge)
      const id = await world.propose()
      await world.settle(id)
      await world.decide(id, world.ada.id)
      await world.forge.setDown(true)
      const before = await world.kinds(id)
      await expect(reconcile(world.host, id)).rejects.toMatchObject({ code: 'forge-unavailable' })
      world.setClock(world.host.now() + 3_600_000)
      await expect(lookAround(world.host)).rejects.toMatchObject({ code: 'forge-unavailable' })
      expect(await world.kinds(id)).toEqual(before)
      await world.forge.setDown(false)
      expect((await world.settle(id)).stage).toBe('deployable')
    })

    test('of two hundred commits, pushed with force, is what its newest commit is', async () => {
      await using world = await changeWorld(openForge)
      const id = await world.propose({ by: 'wim', empty: 199 })
      await world.host.store.people.setRoles(world.eve.id, ['engineer'])
      const eves = await world.propose({ branch: 'other', files: { 'agents/absolutes/b.md': 'B' } })
      await reconcile(world.host, id)
      expect(await world.newest(id)).toMatchObject({ commits: 200, writers: [] })
      const forced = { branch: 'better', files: { 'agents/absolutes/notes.md': 'New.\n' } }
      await world.forge.push({ ...forced, by: 'eve', force: true })
      await world.settle(id)
      expect(await world.newest(id)).toMatchObject({
        commits: 1,
        sequence: 1,
        writers: [world.eve.id],
      })
      // Wim proposed it, so he does not approve it; nor does he what he wrote a commit of.
      await world.decide(id, world.wim.id)
      expect((await world.settle(id)).stage).toBe('waits-for-approval')
      await world.forge.push({
        branch: 'other',
        files: { 'agents/absolutes/b.md': 'C' },
        by: 'wim',
      })
      await world.settle(eves)
      await world.decide(eves, world.wim.id)
      expect((await world.settle(eves)).stage).toBe('waits-for-approval')
      expect(await world.newest(eves)).toMatchObject({ writers: [world.wim.id] })
    })

    test('of the policy takes a custodian, and is judged by the policy before it', async () => {
      await using world = await changeWorld(openForge)
      const files = { ...betterFiles, 'evaluation.ts': 'export default {}\n' }
      const id = await world.propose({ files })
      await world.settle(id)
      expect(await world.newest(id)).toMatchObject({ policyFiles: ['evaluation.ts'] })
      await world.decide(id, world.ada.id)
      const waiting = await world.settle(id)
      expect(waiting.stage).toBe('waits-for-approval')
      expect(waiting.told.join(' ')).toContain('custodian')
      await world.decide(id, world.cleo.id)
      expect((await world.settle(id)).stage).toBe('deployable')
      const [gate] = await world.host.store.gates.list({ limit: 1 })
      expect(JSON.parse(gate?.policy ?? '')).toEqual(world.host.gate.settings)
    })

    test('of somebody who is no engineer starts nothing', async () => {
      await using world = await changeWorld(openForge)
      const asked = world.models.requests.length
      const id = await world.propose({ by: 'rob' })
      expect((await world.settle(id)).stage).toBe('not-an-engineer')
      const nobody = await world.propose({ branch: 'nobody', by: 'mallory' })
      expect((await world.settle(nobody)).stage).toBe('not-an-engineer')
      for (const one of [id, nobody]) {
        expect(await world.kinds(one)).toEqual(['opened'])
        const { tree } = await world.newest(one)
        expect(await world.host.store.changes.checks(one, tree ?? '')).toEqual([])
      }
      expect(world.models.requests).toHaveLength(asked)
    })

    test('whose branch is taken away is closed', async () => {
      await using world = await changeWorld(openForge)
      const id = await world.propose()
      await reconcile(world.host, id)
      await world.forge.close(await referenceOf(world, id))
      expect((await world.settle(id)).stage).toBe('closed')
      expect(await world.kinds(id)).toContain('closed')
    })
  })
}

type World = Awaited<ReturnType<typeof changeWorld>>

async function referenceOf(world: World, id: string): Promise<string> {
  return (await world.stored(id)).reference
}

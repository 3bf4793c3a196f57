import { expect, test } from 'vitest'
import { afterChecks } from '../src/change/change-scenarios-world.ts'
import type { StoredChange } from '../src/schema/stored-change.ts'
import { changeWorld, type OpenForgeWorld } from './helpers/change-world.ts'
import { openGitForgeWorld } from './helpers/git-forge.ts'
import { openGitHubForgeWorld } from './helpers/github-forge-world.ts'
import {
  childProgram,
  type ChildWorld,
  type FromChild,
  killWhileGoingOn,
} from './helpers/killed-child.ts'

/** As few documents as a gate can tell something by. */
const small = {
  sizes: { evaluation: 1, test: 2, audit: 2 },
  settings: { minDocs: 2, repeats: 1 },
}

type Place = { folder: string; env: Record<string, string> }

/** A world whose server runs evaluations and gates, and leaves changes to others. */
async function goneOnWithByOthers<F extends Awaited<ReturnType<OpenForgeWorld>>>(
  openForge: (options: Parameters<OpenForgeWorld>[0]) => Promise<F>,
  placeOf: (forge: F) => Place,
) {
  const world = await changeWorld(openForge, small)
  const id = await world.propose()
  const effects: string[] = []
  let isReviewed = false
  return {
    ...world,
    id,
    effects,
    forChild: (): ChildWorld => ({
      dataFolder: world.dataFolder,
      flow: world.flow.path('flow'),
      env: world.flow.env,
      gate: world.host.gate.settings,
      settings: world.host.changes.settings,
      forge: placeOf(world.forge),
      id,
      passed: world.host.now() - Date.now(),
      effects,
    }),
    /** Has come what it waits for. @returns false: it is over */
    async hear(said: FromChild): Promise<boolean> {
      if ('effect' in said) {
        if (effects.includes(said.effect)) throw new Error(`Twice: ${said.effect}`)
        effects.push(said.effect)
        return true
      }
      const { decided } = said
      if (decided === null) throw new Error('It is not known.')
      if (await world.wait(id, decided)) return true
      if (isReviewed || decided.stage !== 'waits-for-approval') return false
      const { reference } = await world.stored(id)
      await world.forge.review(reference, { by: 'ada', decision: 'approved' })
      isReviewed = true
      return true
    },
  }
}

type Killed = Pick<
  Awaited<ReturnType<typeof goneOnWithByOthers>>,
  'host' | 'id' | 'look' | 'kinds' | 'ada' | 'eve' | 'wim' | 'effects'
>

/** Of one that nobody killed. */
const story = [
  'opened',
  ...Array.from({ length: 4 }, () => ['check-started', 'check-ended']).flat(),
  ...afterChecks,
]

async function expectWhole({
  host,
  id,
  look,
  kinds,
  ada,
  eve,
  wim,
}: Killed): Promise<StoredChange> {
  const { store } = host
  expect((await look(id)).stage).toBe('deployable')
  expect(await kinds(id)).toEqual(story)
  const audited = (await store.audit.list({ limit: 500 })).map(({ action }) => action)
  const own = ['gate-asked', 'change-decided', 'change-merged', 'gate-audited'] as const
  for (const action of [...own, 'deployment-requested'] as const) {
    expect(audited.filter((one) => one === action)).toHaveLength(1)
  }
  const gates = await store.gates.list({ limit: 9 })
  expect(gates.map(({ charge }) => charge)).toEqual([1])
  expect(await store.evaluations.list({ limit: 9 })).toHaveLength(1)
  expect(await store.gateAudits.list()).toHaveLength(1)
  expect(await store.changes.decisions(id)).toMatchObject([{ person: ada.id }])
  const kindsTold = async (person: string) =>
    (await store.notifications.list(person, { limit: 50 })).map(({ kind }) => kind).toSorted()
  expect(await kindsTold(eve.id)).toEqual(['merged', 'verdict'])
  expect(await kindsTold(ada.id)).toEqual(['approval-waiting'])
  expect(await kindsTold(wim.id)).toEqual(['approval-waiting'])
  return (await store.changes.get(id))!
}

test(
  'whoever goes on with a change may be killed between any two effects: the end is the same, with no effect twice',
  { timeout: 3_600_000 },
  async () => {
    await using local = await goneOnWithByOthers(openGitForgeWorld, ({ folder }) => {
      return { folder, env: {} }
    })
    await using onGitHub = await goneOnWithByOthers(openGitHubForgeWorld, (forge) => {
      return { folder: forge.dataFolder, env: forge.env }
    })
    await using program = await childProgram()
    const { github } = onGitHub.forge
    let going: { world: typeof local | typeof onGitHub }[] = [{ world: local }, { world: onGitHub }]
    for (let kills = 0; going.length > 0; kills += 1) {
      const seen = Promise.withResolvers<{ effect: string }>()
      const over = Promise.withResolvers<void>()
      github.known.afterEffect = async (call) => {
        seen.resolve({ effect: `${github.effects().length}. ${call}` })
        await over.promise
      }
      const elsewhere = going.map(({ world }) => (world === onGitHub ? seen.promise : never))
      const children = going.map(({ world }) => world.forChild())
      const said = await killWhileGoingOn(program, children, elsewhere)
      over.resolve()
      github.known.afterEffect = null
      const goesOn = await Promise.all(going.map(({ world }, i) => world.hear(said[i]!)))
      going = going.filter((_, i) => goesOn[i])
    }
    expect(local.effects.length).toBeGreaterThan(45)
    expect(onGitHub.effects.length).toBeGreaterThan(45)

    const landed = await expectWhole(local)
    const told = await local.forge.effects()
    const of = (kind: string): string[] => told.filter((effect) => effect.startsWith(`${kind} `))
    expect(of('merge')).toHaveLength(1)
    expect(of('deployment')).toEqual(['deployment requested'])
    expect(new Set(of('check')).size).toBe(of('check').length)
    const { base } = await local.newest(local.id)
    // The commit that was proposed, and the merge.
    const commits = await local.forge.repository.commits(base, landed.mergedAs ?? '', 9)
    expect(commits).toMatchObject({ count: 2 })

    const { reference, mergedAs } = await expectWhole(onGitHub)
    const { state } = github
    expect(state.pulls).toMatchObject([{ number: Number(reference), mergedAs }])
    expect(github.calls.filter((call) => call.startsWith('PUT '))).toHaveLength(1)
    expect(state.comments).toHaveLength(1)
    expect(state.comments[0]?.body).toContain('deployable')
    expect(state.deployments).toMatchObject([{ sha: mergedAs, statuses: [{ state: 'queued' }] }])
    const ours = state.runs.filter(({ name }) => name.startsWith('proofloop/'))
    expect(ours.map(({ name }) => name).toSorted()).toEqual([
      'proofloop/approval',
      'proofloop/evaluation',
      'proofloop/functional',
      'proofloop/gate',
      'proofloop/infrastructure',
      'proofloop/mergeable',
    ])
    const others = ours.filter(({ conclusion }) => conclusion !== 'success')
    expect(others.map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ['proofloop/infrastructure', 'skipped'],
    ])
  },
)

const never = new Promise<never>(() => {})

import { expect } from 'vitest'
import type { changeWorld } from '../../test/helpers/change-world.ts'
import { findPromises } from '../../test/helpers/promise-flow.ts'
import { answer } from '../model/scripted-reply.ts'
import type { Script } from '../model/scripted-server.ts'
import { reconcile } from './reconcile.ts'
import { sentences } from './sentences.ts'

/** Of an agent that finds what it found before, unless it is to be odd. */
export function prompt(agent: 'promises' | 'absolutes', words: string): Record<string, string> {
  const metadata = agent === 'promises' ? 'type: Promise, shots: 2' : 'type: Absolute, shots: 1'
  const front = `name: ${agent}\ndescription: Finds promises\nmodel: { id: reviewer }`
  const text = `---\n${front}\nmetadata: { ${metadata} }\n---\nsystem:\n${words}\n`
  return { [`agents/${agent}/agent.prompty`]: text }
}

/** What happens to a change that passes everything once its checks have ended. */
export const afterChecks = [
  'approval-waiting',
  'approved',
  'merging',
  'merged',
  'audit-started',
  'deployment-requested',
]

/** Of every hidden text. */
export const hidden = 'Zanzibar'

/** With what else is in one of each hidden split. */
export const hiddenWords = [hidden, 'Letter test-0', 'Letter audit-0']

/** Somebody whose prompt is odd finds nothing in what nobody saw before the merge. */
const script: Script = (message) => {
  const text = JSON.stringify(message.messages)
  const isOdd = text.includes('Be odd.') && text.includes('Letter audit-')
  return isOdd ? answer({ issues: [] }) : findPromises(message)
}

/** As few documents as a gate can pass something by. */
export const small = {
  script,
  sizes: { evaluation: 1, test: 2, audit: 2 },
  settings: { minDocs: 2, repeats: 1 },
}

export type World = Awaited<ReturnType<typeof changeWorld>>

/** Of all changes. */
export async function countEffects({
  forge,
}: World): Promise<{ merges: number; deployments: number }> {
  const effects = await forge.effects()
  const count = (kind: string) => effects.filter((effect) => effect.startsWith(`${kind} `)).length
  return { merges: count('merge'), deployments: count('deployment') }
}

/** One whose files are in no version: what was measured of the one on the branch is measured of it. */
export function proposeIn(
  world: World,
  branch: string,
  more: Parameters<World['propose']>[0] = {},
): Promise<string> {
  return world.propose({ branch, files: { [`docs/${branch}.md`]: `${branch}\n` }, ...more })
}

/** What nobody has tested waits, is merged by nobody, and costs nothing; then somebody updates its branch. */
export async function updatedOnceUntested(world: World, id: string, branch: string): Promise<void> {
  const { forge, models } = world
  const asked = models.requests.length
  const { merges } = await countEffects(world)
  const waiting = await world.settle(id)
  expect(waiting).toMatchObject({ stage: 'waits-for-update', told: [sentences.untested] })
  expect(waiting.step).toEqual({ do: 'wait', until: null })
  const { tree, testedOn } = await world.newest(id)
  expect(testedOn).toBe('nothing')
  expect(await world.host.store.changes.checks(id, tree ?? '')).toEqual([])
  expect(await forge.texts()).toContain(sentences.untested)
  expect(models.requests).toHaveLength(asked)
  expect((await countEffects(world)).merges).toBe(merges)
  await forge.update(branch)
}

/** Of what was approved: the forge does not merge it. */
export async function refusedByForge({ host }: World, id: string): Promise<void> {
  const own = host.changes.forge
  const refused = { merged: false, why: 'refused', reason: 'Not clean.' } as const
  host.changes.forge = { ...own, merge: () => Promise.resolve(refused) }
  expect((await reconcile(host, id))?.stage).toBe('merge-refused')
  host.changes.forge = own
}

/** What the audit log has of it. */
export async function actionsAbout({ host }: World, id: string): Promise<string[]> {
  const entries = await host.store.audit.list({ subject: id, limit: 100 })
  return entries.map(({ action }) => action).toSorted()
}

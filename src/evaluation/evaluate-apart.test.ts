import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { openEvaluationHost } from '../../test/helpers/evaluation-host.ts'
import { promiseFlow } from '../../test/helpers/promise-flow.ts'
import { bundleFlow, packBundle } from '../flow/bundle.ts'
import { findIsolation, type Isolation } from '../flow/isolate/isolation.ts'
import { UserFacingError } from '../lib/errors.ts'
import { EnvironmentSettings } from '../schema/environment.ts'
import { keepBundle } from './bundles.ts'
import { outputOfApart, wallsForCode } from './evaluate-apart.ts'
import type { CodeRun } from './evaluation-host.ts'
import { benchOf } from './open-bench.ts'
import { startEvaluation, workOnEvaluations } from './start-evaluation.ts'

/** As Node's walls alone are found, where the system has none. */
const thin = {
  ...(await findIsolation({ requester: 'server', tools: [{ kind: 'none' }] })),
  advice: 'Install bubblewrap.',
}
const whole = { ...thin, isolation: 'os', boundary: 'none', advice: null } as const

/** At a gate worker whose container forbids namespaces. */
const inTurns: Isolation = { ...whole, tools: 'gate-worker', worker: 'gate.sock', areInTurns: true }

type Wanted = { found: Isolation; isolation: 'os' | 'process'; solo: boolean }

const wallsIn = ({ found, isolation, solo }: Wanted) =>
  wallsForCode(
    {
      isolation: async () => found,
      isSolo: async () => solo,
      settingsOf: () => EnvironmentSettings.parse({ isolation }),
    },
    'dev',
  )

test('code is not measured behind thin walls', async () => {
  const walls = wallsIn({ found: thin, isolation: 'os', solo: false })
  await expect(walls).rejects.toMatchObject({ code: 'code-walls' })
})

test.each<[string, Wanted]>([
  ['thin walls that its environment takes', { found: thin, isolation: 'process', solo: false }],
  ['thin walls of one person with every role', { found: thin, isolation: 'os', solo: true }],
  ['walls of the system, whoever the author is', { found: whole, isolation: 'os', solo: false }],
])('code is measured behind %s', async (_, wanted) => {
  expect(await wallsIn(wanted)).toBe(wanted.found)
})

test('code is not measured at a gate worker where a flow in a gate may leave something for it', async () => {
  const walls = wallsIn({ found: inTurns, isolation: 'os', solo: false })
  await expect(walls).rejects.toMatchObject({
    code: 'code-walls',
    message: expect.stringContaining('The gate worker runs gates alone'),
  })
  const content = await wallsIn({ found: inTurns, isolation: 'process', solo: false })
  expect(content).toMatchObject({ isolation: 'process', tools: 'none' })
  expect(content).not.toHaveProperty('worker')
  const apart = { ...inTurns, areInTurns: false }
  expect(await wallsIn({ found: apart, isolation: 'os', solo: false })).toBe(apart)
})

/** A host to which somebody has sent a flow with code. */
async function withCode() {
  await using stack = new AsyncDisposableStack()
  const models = { baseURL: 'http://127.0.0.1:9' }
  const flow = stack.use(await promiseFlow(models, 2, 'flow/datasets/memos'))
  const opened = stack.use(await openEvaluationHost(flow.folder, { env: flow.env }))
  await writeFile(flow.path('flow/flow.ts'), 'export default 1')
  const bundle = packBundle(await bundleFlow(flow.path('flow'), { paragraphsPerChunk: 32 }))
  await keepBundle(opened.host, 'ann', { ...bundle, name: 'coded' })
  const wanted = { dataset: 'memos', repeats: 1, bundle: bundle.sha256 }
  const kept = stack.move()
  return { ...opened, wanted, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

test('a bench that runs code elsewhere is asked to, and no walls are tried here', async () => {
  await using own = await withCode()
  const asked: CodeRun[] = []
  const runCode = async (wanted: CodeRun) => {
    asked.push(wanted)
    const found = [...wanted.documents.keys()].map(
      (id) => [id, { issues: [], error: null }] as const,
    )
    return { repeats: [new Map(found)], walls: { isolation: 'os', boundary: 'users' } as const }
  }
  const bench = { ...benchOf(own.host), runCode }
  const { id } = await startEvaluation(
    { ...own.host, isolation: async () => whole },
    'ann',
    own.wanted,
  )
  await workOnEvaluations({ ...own.host, isolation: async () => thin, bench })
  await expect.poll(async () => (await own.store.evaluations.get(id))?.state).toBe('done')
  expect(asked).toMatchObject([{ repeats: 1, version: expect.any(String) as string }])
  expect(await own.store.evaluations.get(id)).toMatchObject({
    walls: { isolation: 'os', boundary: 'users' },
  })
})

test('behind thin walls nothing is started, and a sentence says what to do', async () => {
  await using own = await withCode()
  const { wanted } = own
  const host = { ...own.host, isolation: async () => thin }
  await expect(startEvaluation(host, 'ann', wanted)).rejects.toMatchObject({
    code: 'code-walls',
    message: expect.stringMatching(/reach the network\. Install bubblewrap\. Or .+--flow\.$/u),
  })
  expect(await own.store.evaluations.list({ limit: 10 })).toEqual([])
})

type Run = Parameters<typeof outputOfApart>[0]
const done: Run = { issues: [], agents: {}, failure: null, refusals: [] }
const stop = new UserFacingError('budget-exhausted', 'The budget is spent.')

test('a run is complete when its code made do with what it got, and not when all models were over', () => {
  const errorOf = (run: Partial<Run>, stopped: UserFacingError | null = null) =>
    outputOfApart({ ...done, ...run }, stopped).error
  expect(errorOf({})).toBeNull()
  expect(errorOf({}, stop)).toBeNull()
  expect(errorOf({ refusals: ['model-error'] })).toBeNull()
  expect(errorOf({ refusals: ['budget-exhausted'] }, stop)).toBe(
    'The budget is spent. [budget-exhausted]',
  )
})

test('a run is complete without an agent that has nothing to say in the language of its document', () => {
  const agents: Run['agents'] = { a: 'skipped', b: 'done' }
  expect(outputOfApart({ ...done, agents }, null).error).toBeNull()
})

test('what did not end is told with what was refused to it', () => {
  const agents: Run['agents'] = { a: 'partial', b: 'done' }
  expect(outputOfApart({ ...done, agents, refusals: ['model-error'] }, null).error).toBe(
    'a: partial; refused to it: model-error',
  )
  const failed: Run = { ...done, failure: 'flow-error', refusals: ['rate-limited'] }
  expect(outputOfApart(failed, null).error).toMatch(
    /^its code failed; .+ \[flow-error\]; refused to it: rate-limited$/u,
  )
})

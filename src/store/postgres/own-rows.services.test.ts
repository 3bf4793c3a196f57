import { expect, test } from 'vitest'
import { asRole, createWalledStore, type WalledStore } from '../../../test/helpers/walled-store.ts'
import { type DocumentScope, Split } from '../../schema/access.ts'
import { addPeople } from '../account-samples.ts'
import type { OwnRows } from '../reader-scope.ts'
import {
  evaluationDetails,
  evaluationRun,
  gateCall,
  gateEnd,
  newAudit,
  newChange,
  newEvaluation,
  newGate,
} from '../store-samples.ts'
import type { Store } from '../store.ts'
import { readPads, sealScope } from './reader-seal.ts'

/** Somebody of each role, as the server has them read. */
const readers = {
  author: { scopes: [{ splits: ['evaluation'] }], own: { person: 'ann', sees: [] } },
  engineer: { scopes: [{ splits: ['evaluation'] }], own: { person: 'eve', sees: [] } },
  reviewer: {
    scopes: [{ splits: Split.options, assignee: 'ray' }],
    own: { person: 'ray', sees: [] },
  },
  approver: { scopes: [], own: { person: 'ada', sees: ['figures'] } },
  custodian: { scopes: [{ splits: Split.options }], own: { person: 'cy', sees: ['figures'] } },
  admin: { scopes: [], own: { person: 'amy', sees: ['log'] } },
  nobody: { scopes: [], own: undefined },
} satisfies Record<string, { scopes: DocumentScope[]; own?: OwnRows }>

const day = '2026-11-29'

/** Gates of two authors, with what was measured; and something of everybody's own. */
async function fill(store: Store): Promise<void> {
  await store.flowVersions.put({ hash: 'gated', name: 'flow', manifest: {} })
  await addPeople(store, ['ann', 'eve'])
  for (const author of ['ann', 'zoe']) {
    await store.gates.start(newGate(`of ${author}`, { author }))
    await store.gates.finish(`of ${author}`, gateEnd)
    await store.gateAudits.start(newAudit(`of ${author}`))
  }
  await store.gates.keepMeasure('measured', {
    run: evaluationRun,
    hostFaults: 0,
    walls: { isolation: 'os', boundary: 'users' },
  })
  const place = { measure: 'measured', dataset: 'letters', example: 'b', repeat: 0, sequence: 0 }
  await store.gateCalls.put({ ...place, call: gateCall })
  await store.changes.add(newChange('a'))
  const event = { change: 'a', key: '1', kind: 'merged', person: null, text: '' } as const
  const told = { change: 'a', gate: null, eventKey: '1', kind: 'merged', text: 'Merged.' } as const
  const steps = store.notifications.steps([{ ...told, id: 'n', person: 'ann' }])
  await store.changes.tell(event, steps)
  const opening = { person: 'ray', day, name: 'hidden:1', units: 1, atMost: 9 }
  await store.openedTexts.open(opening)
  await store.testEvaluations.start(newEvaluation('hidden'))
  await store.testEvaluations.finish('hidden', evaluationRun, evaluationDetails)
  await store.audit.append([{ actor: 'cy', action: 'hidden-read', subject: 'documents' }])
}

/** What the store tells when nobody in front of it checks anything: how many rows, of each kind. */
async function told({ gates, gateAudits, notifications, testEvaluations, ...store }: Store) {
  const all = { limit: 9 }
  const text = { person: 'ray', day, name: 'hidden:1' }
  const count = (...found: (object | boolean | null)[]) => found.filter(Boolean).length
  return {
    gates: (await gates.list(all)).map(({ author }) => author).toSorted(),
    ofOthers: count(await gates.get('of zoe')),
    measures: count(await gates.measure('measured')),
    audits: count(await gateAudits.get('of ann'), ...(await gateAudits.list())),
    notifications: count(...(await notifications.list('ann', all))),
    opened: count(await store.openedTexts.isOpen(text), ...(await store.openedTexts.list(9))),
    figures: count(...(await testEvaluations.list(all)), await testEvaluations.run('hidden')),
    mistakes: count(await testEvaluations.details('hidden')),
    log: count(...(await store.audit.list(all))) + (await store.audit.head()).sequence,
  }
}

const nothing = {
  gates: [] as string[],
  ofOthers: 0,
  measures: 0,
  audits: 0,
  notifications: 0,
  opened: 0,
  figures: 0,
  mistakes: 0,
  log: 0,
}
const figures = { gates: ['ann', 'zoe'], ofOthers: 1, measures: 1, figures: 2 }

async function toldTo(place: WalledStore, name: keyof typeof readers) {
  const { store, run } = place.readers
  const { scopes, own } = readers[name]
  return run(scopes, () => told(store), own)
}

test('what a gate found, and what is somebody’s own, is not there for others, in whatever query', async () => {
  await using place = await createWalledStore()
  await fill(place.store)
  expect(await toldTo(place, 'author')).toEqual({ ...nothing, gates: ['ann'], notifications: 1 })
  expect(await toldTo(place, 'engineer')).toEqual(nothing)
  expect(await toldTo(place, 'reviewer')).toEqual({ ...nothing, opened: 2 })
  expect(await toldTo(place, 'approver')).toEqual({ ...nothing, ...figures })
  expect(await toldTo(place, 'custodian')).toEqual({
    ...nothing,
    ...figures,
    audits: 3,
    opened: 2,
    mistakes: 1,
  })
  expect(await toldTo(place, 'admin')).toEqual({ ...nothing, log: 2 })
  expect(await toldTo(place, 'nobody')).toEqual(nothing)
  expect(await told(place.readers.store)).toEqual(nothing)
})

test('gates, texts, notifications and the log are written for a reader, and read back as far as they may', async () => {
  await using place = await createWalledStore()
  await fill(place.store)
  const { store, run } = place.readers
  const as = <T>(name: keyof typeof readers, work: () => Promise<T>): Promise<T> =>
    run(readers[name].scopes, work, readers[name].own)
  expect(
    await as('engineer', () => store.gates.start(newGate('new', { author: 'eve' }))),
  ).toMatchObject({ id: 'new', state: 'running' })
  const text = { person: 'ray', day, name: 'hidden:2', units: 8, atMost: 9 }
  expect(await as('reviewer', () => store.openedTexts.open(text))).toBe(null)
  expect(await as('reviewer', () => store.openedTexts.open({ ...text, name: 'hidden:3' }))).toEqual(
    {
      pool: null,
    },
  )
  await as('author', () => store.notifications.markRead('ann'))
  expect(await as('author', () => store.notifications.unread('ann'))).toBe(0)
  // An entry goes behind the newest, also where its writer may not read that one.
  const entry = { actor: 'eve', action: 'exported', subject: 'a' } as const
  await as('engineer', () => store.audit.append([entry]))
  await as('engineer', () => store.audit.appendFirst(entry))
  expect(await as('admin', () => store.audit.verify())).toMatchObject({
    head: { sequence: 2 },
    fault: null,
  })
})

test('with the session of the role for readers nobody gets at what a gate found', async () => {
  await using place = await createWalledStore()
  await fill(place.store)
  const pads = await readPads(place.store.accountTables.db)
  const tables = [
    'gates',
    'gate_measures',
    'gate_audits',
    'gate_calls',
    'opened_texts',
    'notifications',
    'audit_log',
  ]
  await asRole(place.role.url, async (client) => {
    const rows = async (scope: string): Promise<number[]> => {
      await client.query("select set_config('proofloop.scope', $1, false)", [scope])
      const counts = []
      for (const table of tables)
        counts.push((await client.query(`select * from ${table}`)).rowCount)
      return counts.map(Number)
    }
    const none = tables.map(() => 0)
    expect(await rows('')).toEqual(none)
    const widened = { people: ['ann'], sees: ['figures', 'log'], splits: Split.options }
    expect(await rows(`${'0'.repeat(64)}.${JSON.stringify(widened)}`)).toEqual(none)
    expect(await rows(sealScope(pads, JSON.stringify(widened)))).toEqual([2, 1, 2, 1, 1, 1, 1])
    for (const table of ['gate_charges', 'changes', 'change_decisions', 'test_set_anchors']) {
      await expect(client.query(`select * from ${table}`)).rejects.toThrow('permission denied')
    }
  })
})

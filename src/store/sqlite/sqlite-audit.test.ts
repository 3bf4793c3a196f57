import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp-folder.ts'
import { extendChain } from '../audit-chain.ts'
import { openStore } from '../open-store.ts'

const events = ['a', 'b', 'c', 'd', 'e'].map((subject) => ({
  actor: 'ann',
  action: 'exported' as const,
  subject,
  details: {},
}))

/** A log of five entries in a file that somebody then changes behind our back. */
async function logWith(tamper: string | ((file: DatabaseSync) => void)) {
  await using folder = await tempFolder()
  const dataFolder = folder.path('.proofloop')
  const kept = await (async () => {
    await using store = await openStore({ dataFolder, now: () => 1 })
    await store.audit.append(events)
    return await store.audit.head()
  })()
  using file = new DatabaseSync(`${dataFolder}/proofloop.db`)
  for (const name of ['never_changes', 'never_goes', 'never_replaced']) {
    file.exec(`drop trigger audit_log_${name}`)
  }
  if (typeof tamper === 'string') file.exec(tamper)
  else tamper(file)
  await using store = await openStore({ dataFolder })
  return { alone: await store.audit.verify(), withKept: await store.audit.verify({ kept }) }
}

test.each([
  {
    what: 'a changed actor',
    tamper: `update audit_log set actor = 'bob' where sequence = 3`,
    fault: { sequence: 3, kind: 'changed' },
  },
  {
    what: 'a changed time',
    tamper: `update audit_log set at = 2 where sequence = 1`,
    fault: { sequence: 1, kind: 'changed' },
  },
  {
    what: 'changed details',
    tamper: `update audit_log set details = '{' where sequence = 5`,
    fault: { sequence: 5, kind: 'changed' },
  },
  {
    what: 'an entry removed',
    tamper: `delete from audit_log where sequence = 2`,
    fault: { sequence: 3, kind: 'missing' },
  },
  {
    what: 'the first one removed',
    tamper: `delete from audit_log where sequence = 1`,
    fault: { sequence: 2, kind: 'missing' },
  },
  {
    what: 'one put before the first',
    tamper: `insert into audit_log select -1, at, 'bob', action, subject, details, hash, previous
     from audit_log where sequence = 1`,
    fault: { sequence: -1, kind: 'missing' },
  },
  {
    what: 'two that changed places',
    tamper: `update audit_log set sequence = -sequence where sequence in (2, 3);
     update audit_log set sequence = sequence + 5 where sequence < 0`,
    fault: { sequence: 2, kind: 'misplaced' },
  },
  {
    what: 'one put in between',
    tamper: `update audit_log set sequence = -sequence - 1 where sequence > 2;
     update audit_log set sequence = -sequence where sequence < 0;
     insert into audit_log select 3, at, 'bob', action, subject, details, hash, previous
     from audit_log where sequence = 2`,
    fault: { sequence: 3, kind: 'changed' },
  },
  {
    what: 'one removed and the others numbered anew',
    tamper: `delete from audit_log where sequence = 2;
     update audit_log set sequence = sequence - 1 where sequence > 2`,
    fault: { sequence: 2, kind: 'misplaced' },
  },
])('$what is found', async ({ tamper, fault }) => {
  const { alone, withKept } = await logWith(tamper)
  expect(alone.fault).toEqual(fault)
  expect(withKept.fault).toEqual(fault)
})

test('an end that was cut off is found by whoever kept the head', async () => {
  const { alone, withKept } = await logWith('delete from audit_log where sequence > 3')
  expect(alone).toMatchObject({ head: { sequence: 3 }, fault: null })
  expect(withKept.fault).toEqual({ sequence: 4, kind: 'missing' })
})

test('a chain that was made anew is found by whoever kept the head', async () => {
  const { alone, withKept } = await logWith((file) => {
    file.exec('delete from audit_log')
    const head = { sequence: 0, hash: '0'.repeat(64) }
    const forged = extendChain(head, [...events, ...events].slice(1), 1)
    const insert = file.prepare(
      'insert into audit_log values (:sequence, :at, :actor, :action, :subject, :details, :previous, :hash)',
    )
    for (const entry of forged) insert.run(entry)
  })
  expect(alone).toMatchObject({ head: { sequence: 9 }, fault: null })
  expect(withKept.fault).toEqual({ sequence: 5, kind: 'rewritten' })
})

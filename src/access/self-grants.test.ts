import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { openStore } from '../store/open-store.ts'
import { selfGrants } from './self-grants.ts'

test('a role that somebody gave themselves is told however many changes came after it', async () => {
  await using folder = await tempFolder()
  await using store = await openStore({ dataFolder: folder.path('.proofloop'), now: () => 7 })
  const grant = (person: string) => ({
    actor: person,
    action: 'roles-granted-to-self' as const,
    subject: person,
    details: { before: ['admin'], roles: ['admin', 'custodian'] },
  })
  await store.audit.append([grant('ann')])
  await store.audit.append(Array.from({ length: 500 }, () => grant('bob')))
  const people = [{ id: 'ann', roles: ['admin' as const, 'custodian' as const] }]
  expect(await selfGrants(store, people)).toEqual([{ person: 'ann', role: 'custodian', at: 7 }])
})

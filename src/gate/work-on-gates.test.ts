import { expect, test } from 'vitest'
import { gateWorld, json } from '../../test/helpers/gate-world.ts'
import type { AuthorGate } from '../schema/api/gates.ts'
import { gateEnd, newAudit } from '../store/store-samples.ts'
import { queueAudit } from './audit-gate.ts'
import { auditQueue, gateQueue } from './gate-host.ts'
import { workOnGates } from './work-on-gates.ts'

test('what ended every process that ran it ends without a result, also where nobody waits for a fixed time', async () => {
  await using world = await gateWorld({ work: false, solo: true })
  const { store, host } = world
  const ask = async (body: object) => json<AuthorGate>(world.start(body))
  const judged = await ask({})
  await store.gates.finish(judged.id, { ...gateEnd, verdict: 'PASS', cause: null })
  await store.gateAudits.start(newAudit(judged.id))
  await queueAudit(host, (await store.gateAudits.get(judged.id))!)
  const early = await ask({})
  const late = await ask({ bundle: await world.send('a comment') })
  await store.gates.progress(late.id, { candidateAt: 1 })
  // As processes that were killed leave it.
  await store.accountTables.db
    .updateTable('jobs')
    .set({ attempt: gateQueue.attempts })
    .where('queue', 'in', [gateQueue.name, auditQueue.name])
    .execute()
  await using _worker = await workOnGates(host)
  const reasons = ['HOST:job-crashed']
  expect(await world.stored(early.id)).toMatchObject({ cause: 'host-fault', reasons })
  // It may have brought that about.
  expect(await world.stored(late.id)).toMatchObject({ cause: 'quality', reasons })
  expect(await world.answer(late.id)).toMatchObject({ passed: false, cause: 'quality' })
  const audit = () => store.gateAudits.get(judged.id)
  await world.until(async () => (await audit())?.fault === 'job-crashed')
  expect(world.models.requests).toEqual([])
})

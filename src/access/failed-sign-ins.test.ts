import { expect, test } from 'vitest'
import { testServer } from '../../test/helpers/test-server.ts'
import { createFailedSignIns } from './failed-sign-ins.ts'

test('guessed passwords leave ten entries an hour for each person, then how many were left out', async () => {
  await using server = await testServer()
  const { id } = await server.person('ray', ['reviewer'])
  let time = 0
  const failures = createFailedSignIns(server.store, () => time)
  const failed = async () =>
    (await server.store.audit.list({ limit: 500 }))
      .filter(({ action }) => action === 'sign-in-failed')
      .map(({ subject, details }) => [subject, details])

  for (let i = 0; i < 25; i += 1) await failures.tell('RAY@example.org')
  expect(await failed()).toEqual(Array.from({ length: 10 }, () => [id, '{}']))
  await failures.tell('somebody else@example.org')
  expect((await failed())[0]).toEqual(['nobody', '{}'])
  time = 60 * 60_000
  await failures.tell('ray@example.org')
  await failures.tell('ray@example.org')
  expect(await failed()).toHaveLength(13)
  expect((await failed())[1]).toEqual([id, '{"leftOut":15}'])
})

test('what a provider says is told as a code only, ten times an hour, apart from passwords', async () => {
  await using server = await testServer()
  const failures = createFailedSignIns(server.store, () => 0)
  await failures.tellOfProvider('access_denied')
  for (let i = 0; i < 20; i += 1) await failures.tellOfProvider(`<b>${i}</b>`)
  await failures.tell('nobody@example.org')
  const entries = (await server.store.audit.list({ limit: 500 })).toReversed()
  const failed = entries.filter(({ action }) => action === 'sign-in-failed')
  expect(failed.map(({ subject, details }) => `${subject} ${details}`)).toEqual([
    'provider {"reason":"access_denied"}',
    ...Array.from({ length: 9 }, () => 'provider {"reason":"other"}'),
    'nobody {}',
  ])
})

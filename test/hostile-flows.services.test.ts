import { expect, test } from 'vitest'
import { attacks } from './helpers/hostile-attacks.ts'
import { hindrance, isRoot, killHost, runHostile } from './helpers/run-hostile.ts'

const names = Object.keys(attacks)
const users = isRoot ? ['root', 'an ordinary user'] : ['an ordinary user']

/** Debian's package, which a machine that runs the gate should have; .ci/run installs it. */
test.each(users)('no hostile flow of %s carries its sentence out of bubblewrap', async (user) => {
  const asNobody = user !== 'root'
  const why = hindrance('bubblewrap', asNobody)
  expect(why, 'Install bubblewrap (apt-get install bubblewrap) for this suite.').toBeNull()
  const { isolation, results } = await runHostile({ tools: 'bubblewrap', names, asNobody })
  expect(isolation).toBe('os')
  expect(results.map(({ name }) => name)).toEqual(names)
  expect(results.filter(({ got }) => got.length > 0)).toEqual([])
})

test('each attack works out of bubblewrap when its wall is taken away', async () => {
  const walled = names.filter((name) => attacks[name]?.without !== null)
  const { results } = await runHostile({ tools: 'bubblewrap', names: walled, isWithout: true })
  expect(results.filter(({ got }) => got.length === 0)).toEqual([])
})

test('a flow that would stay in bubblewrap goes when its host is killed', async () => {
  expect(await killHost('bubblewrap')).toEqual({ had: 3, left: 0 })
})

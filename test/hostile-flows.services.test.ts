import { describe, expect, test } from 'vitest'
import { attacks } from './helpers/hostile-attacks.ts'
import { checkoutWalls } from './helpers/hostile-checkouts.ts'
import {
  hindrance,
  isRoot,
  killHost,
  runHostile,
  runHostileCheckout,
} from './helpers/run-hostile.ts'

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

test.each(users)(
  'each attack of %s works out of bubblewrap when its wall is taken away',
  async (user) => {
    const asNobody = user !== 'root'
    const walled = names.filter((name) => attacks[name]?.without !== null)
    const wanted = { tools: 'bubblewrap', names: walled, isWithout: true, asNobody } as const
    const { results } = await runHostile(wanted)
    expect(results.filter(({ got }) => got.length === 0)).toEqual([])
  },
)

test('a flow that would stay in bubblewrap goes when its host is killed', async () => {
  expect(await killHost('bubblewrap')).toEqual({ had: 3, left: 0 })
})

test.each(users)(
  'what a change of %s brings along carries nothing out of bubblewrap',
  async (user) => {
    const asNobody = user !== 'root'
    const results = await runHostileCheckout({ tools: 'bubblewrap', asNobody })
    expect(results.map(({ got, hasTried }) => [got, hasTried])).toEqual(
      results.map(() => [[], true]),
    )
    expect(results).toHaveLength(3)
  },
)

describe.each(users)('as %s', (user) => {
  test.each(Object.entries(checkoutWalls))(
    'without the wall “%s” of bubblewrap it reaches what that holds back',
    async (removed, { got }) => {
      const asNobody = user !== 'root'
      const results = await runHostileCheckout({ tools: 'bubblewrap', asNobody, removed })
      expect(results.map((one) => one.got)).toEqual([got, got, got])
    },
  )
})

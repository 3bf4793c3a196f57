import { describe, expect, test } from 'vitest'
import { checkoutCommands, checkoutWalls } from './helpers/hostile-checkouts.ts'
import { hindrance, isOpenToOthers, isRoot, runHostileCheckout } from './helpers/run-hostile.ts'

const names = Object.keys(checkoutCommands)
const users = isRoot ? ['root', 'an ordinary user'] : ['an ordinary user']

describe.each(users)('as %s', (user) => {
  const asNobody = user !== 'root'
  const isShutOut = asNobody && isRoot && !isOpenToOthers
  const why = isShutOut ? 'the checkout is closed to others' : hindrance('namespaces', asNobody)
  const note = why === null ? '' : ` (skipped: ${why})`

  test.skipIf(why !== null)(
    `what a change brings along runs and carries nothing out of namespaces${note}`,
    async () => {
      const results = await runHostileCheckout({ tools: 'namespaces', asNobody })
      expect(results.map(({ name, got, hasTried }) => ({ name, got, hasTried }))).toEqual(
        names.map((name) => ({ name, got: [], hasTried: true })),
      )
    },
  )

  test.skipIf(why !== null).each(Object.entries(checkoutWalls))(
    `without the wall “%s” it reaches what that holds back${note}`,
    async (removed, { got }) => {
      const results = await runHostileCheckout({ tools: 'namespaces', asNobody, removed })
      expect(results.map((one) => [one.name, one.got])).toEqual(names.map((name) => [name, got]))
    },
  )
})

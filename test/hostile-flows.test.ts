import { spawn } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { attacks } from './helpers/hostile-attacks.ts'
import { isInTitles } from './helpers/process-titles.ts'
import { hindrance, isOpenToOthers, isRoot, killHost, runHostile } from './helpers/run-hostile.ts'

const names = Object.keys(attacks)
const walled = names.filter((name) => attacks[name]?.without !== null)
const users = isRoot ? ['root', 'an ordinary user'] : ['an ordinary user']
const closed = isRoot && !isOpenToOthers

/** With Node's walls alone these get out: that is why it is no isolation of the operating system. */
const openWithoutTools = ['tcp', 'http', 'udp', 'dns', 'abstract socket', 'unix socket']

describe.each(users)('as %s', (user) => {
  const asNobody = user !== 'root'
  const isShutOut = asNobody && closed
  const shutOut = isShutOut ? 'the checkout is in a folder that is closed to other users' : null
  const why = shutOut ?? hindrance('namespaces', asNobody)
  const note = shutOut === null ? '' : ` (skipped: ${shutOut})`

  test.skipIf(why !== null)(
    `no hostile flow carries its sentence out of namespaces${why === null ? '' : ` (skipped: ${why})`}`,
    async () => {
      const found = await runHostile({ tools: 'namespaces', names, asNobody })
      const { isolation, boundary, results } = found
      // Whether an ordinary user is a person is not for this test to know.
      const expected = isRoot ? (closed ? 'none' : 'users') : boundary
      expect([isolation, boundary]).toEqual(['os', expected])
      expect(results.map(({ name }) => name)).toEqual(names)
      expect(results.filter(({ got }) => got.length > 0)).toEqual([])
    },
  )

  test.skipIf(why !== null)(
    `each attack works when its wall is taken away${why === null ? '' : ` (skipped: ${why})`}`,
    async () => {
      const wanted = { tools: 'namespaces', names: walled, isWithout: true, asNobody } as const
      const { results } = await runHostile(wanted)
      expect(results.map(({ name }) => name)).toEqual(walled)
      expect(results.filter(({ got }) => got.length === 0)).toEqual([])
    },
  )

  test.skipIf(isShutOut)(
    `without tools of the system it is said to be no isolation of it, and what to install${note}`,
    async () => {
      const { isolation, advice, results } = await runHostile({ tools: 'none', names, asNobody })
      expect(isolation).toBe('process')
      expect(advice).toContain('apt-get install bubblewrap')
      const isSameUser = asNobody || closed
      const open = [...openWithoutTools, ...(isSameUser ? ['signal'] : [])]
      const out = results.filter(({ got }) => got.length > 0).map(({ name }) => name)
      expect(out.toSorted()).toEqual(open.toSorted())
    },
  )
})

test('what a process calls itself is seen by everybody where nothing keeps it', async () => {
  const sentence = 'Zebra 18 is no secret'
  const script =
    "process.title = ['Zebra 18', 'is no secret'].join(' '); setInterval(() => {}, 1000)"
  const child = spawn(process.execPath, ['-e', script], { stdio: 'ignore' })
  await expect.poll(() => isInTitles(sentence)).toBe(true)
  child.kill()
})

const why = hindrance('namespaces')

test.skipIf(why !== null)(
  'where root has no other user to be, namespaces hold, and author and server are one user',
  async () => {
    const some = ['tcp', 'unix socket', 'signal', 'data folder', 'bundle rewrite']
    const wanted = { tools: 'namespaces', names: some, isLoneRoot: true } as const
    const { isolation, boundary, results } = await runHostile(wanted)
    expect([isolation, boundary]).toEqual(['os', 'none'])
    expect(results.filter(({ got }) => got.length > 0)).toEqual([])
  },
)

test.skipIf(why !== null)('a flow that would stay goes when its host is killed', async () => {
  const { had, left } = await killHost('namespaces')
  expect(had).toBeGreaterThan(0)
  expect(left).toBe(0)
})

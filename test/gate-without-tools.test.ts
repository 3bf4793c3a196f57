import { chmod, chown } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { bareServer } from './helpers/bare-server.ts'
import { hindrance, isOpenToOthers, isRoot } from './helpers/run-hostile.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const nobody = 65_534
/** Of coreutils: what else changes users is gone with the tools. */
const toNobody = ['chroot', '--skip-chdir', `--userspec=${nobody}:${nobody}`, '--groups=', '/']
const users = isRoot ? ['root', 'an ordinary user'] : ['an ordinary user']
/** Hiding the tools takes a namespace. */
const noNamespace = hindrance('namespaces')

describe.each(users)('as %s', (user) => {
  const isDropped = isRoot && user !== 'root'
  const shutOut = isDropped && !isOpenToOthers ? 'the checkout is closed to others' : null
  const why = shutOut ?? noNamespace

  test.skipIf(why !== null)(
    `without tools of the system a gate is refused, with what to install${why === null ? '' : ` (skipped: ${why})`}`,
    async () => {
      await using folder = await tempFolder()
      await chmod(folder.folder, 0o755)
      if (isDropped) await chown(folder.folder, nobody, nobody)
      await using bare = await bareServer(folder, isDropped ? toNobody : [])
      const { code, stdout, stderr } = await bare.ask('none.json')
      expect([code, stdout]).toEqual([2, ''])
      expect(stderr).toContain('[gate-walls]')
      expect(stderr).toContain('No hidden example is shown to a flow here.')
      expect(stderr).toContain('Flows are not kept apart by the system (isolation process).')
      expect(stderr).toContain('apt-get install bubblewrap')
    },
  )
})

import { readBundle } from '../flow/bundle.ts'
import type { Advancing } from './advancing.ts'
import type { ChangeHost } from './change-host.ts'
import { endCheck } from './end-check.ts'
import { holdTree } from './hold-tree.ts'

/** Runs the tests that a change brings along, and makes the version of the flow that everything else is about. */
export async function testFunctions(
  host: ChangeHost,
  { observed, check, signal }: Advancing,
): Promise<void> {
  const { changes, flows } = host
  // Runners of a forge have tested what was pushed, and not what it gives with a base that has moved since.
  const tests = observed.functionalBy === 'here' || changes.settings.functional !== undefined
  await holdTree(changes, observed.change, observed.revision)
  const { bundle, cause, summary, log } = await changes.testTree(check.tree, { tests, signal })
  if (bundle === null) {
    await endCheck(host, check, { outcome: 'fail', cause: cause ?? 'tests-failed', summary, log })
    return
  }
  // The same content is the same version, whoever proposes it.
  const { name } = await flows.current()
  const version = await flows.adopt(readBundle(bundle), { name })
  const { conditions } = observed
  await endCheck(host, check, { outcome: 'pass', summary, log, subject: version.hash, conditions })
}

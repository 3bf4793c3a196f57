import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { PackedBundle } from '../flow/bundle.ts'
import type { Isolation } from '../flow/isolate/isolation.ts'
import { type CheckoutRun, putsUpWalls, runInCheckout } from '../flow/isolate/run-in-checkout.ts'
import { refusalIn } from '../lib/errors.ts'
import { printable } from '../lib/printable.ts'
import type { ChangeSettings } from '../schema/change-settings.ts'
import type { ChangeSource, TestedTree } from './change-host.ts'
import type { Repository } from './repository.ts'

/** In seconds, of the tests that a flow has in its folder. */
const defaultTime = 300

type BareOrNot = { evenBare: boolean }

type TreeTests = {
  repository: Repository
  settings: Pick<ChangeSettings, 'folder' | 'functional'>
  isolation: () => Promise<Isolation>
  /** Makes the bundle of what is checked out, where it reaches nothing. */
  bundle: (of: BareOrNot & { checkout: string; signal: AbortSignal }) => Promise<PackedBundle>
  /** Whether it is tried out where the system puts up no walls, too, which is then told; default: never. */
  mayBeBare?: () => Promise<boolean>
}

/** Tests and bundles trees, in folders of their own, behind walls. */
export function createTreeTests(tests: TreeTests): ChangeSource['testTree'] {
  return async (tree, { tests: areWanted, signal }) => {
    const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'proofloop-change-')))
    try {
      const checkout = path.join(folder, 'checkout')
      await tests.repository.checkOut(tree, checkout)
      const evenBare = !putsUpWalls(await tests.isolation()) && (await tests.mayBeBare?.()) === true
      const how = { checkout, signal, evenBare }
      const tested = areWanted ? await runTests(tests, how) : notTested
      const tried = tested.cause === null ? await bundled(tests, { ...how, tested }) : tested
      return evenBare ? { ...tried, summary: `${tried.summary} ${bareMark}` } : tried
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

/** Of everybody who reads what a check found. */
export const bareMark =
  'It was run without walls: there are none here, and nobody else is (solo mode).'

type Tested = Omit<TestedTree, 'bundle'> & { bundle: null }

const notTested: Tested = { bundle: null, cause: null, summary: 'It can be bundled.', log: '' }

type How = BareOrNot & { checkout: string; signal: AbortSignal }

async function runTests(
  { settings: { folder, functional }, isolation }: TreeTests,
  { checkout, ...how }: How,
): Promise<Tested> {
  const command = functional?.command ?? (await ownTests(checkout, folder))
  if (command === null) {
    return { ...notTested, summary: 'It has no tests of its own; it can be bundled.' }
  }
  const seconds = functional?.seconds ?? defaultTime
  const limits = { time: seconds * 1000 }
  const run = await runInCheckout(await isolation(), { checkout, command, limits, ...how })
  return { ...outcomeOf(run, seconds), log: run.log }
}

/** What Node runs, where the flow's folder has tests. */
async function ownTests(checkout: string, folder: string): Promise<string[] | null> {
  const tests = path.posix.join(folder, 'tests')
  const names = await readdir(path.join(checkout, tests)).catch(noSuchFolder)
  return names.length === 0 ? null : ['node', '--test', `${tests}/**/*.test.?(c|m)[jt]s`]
}

function noSuchFolder(error: unknown): string[] {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'ENOENT' || code === 'ENOTDIR') return []
  throw error
}

function outcomeOf({ exitCode, stopped }: CheckoutRun, seconds: number): Omit<Tested, 'log'> {
  const nothing = { bundle: null }
  if (stopped === 'time') {
    const summary = `The functional tests were not done within ${seconds} seconds.`
    return { ...nothing, cause: 'tests-slow', summary }
  }
  if (stopped !== null) {
    return {
      ...nothing,
      cause: 'tests-stopped',
      summary: `The functional tests were stopped: they took too much of: ${stopped}.`,
    }
  }
  if (exitCode === 0) return { ...nothing, cause: null, summary: 'The functional tests passed.' }
  const how = exitCode === null ? 'were ended by a signal' : `ended with exit code ${exitCode}`
  return { ...nothing, cause: 'tests-failed', summary: `The functional tests ${how}.` }
}

type Bundling = How & { tested: Tested }

/** Its sentence says what to change; what is a fault of ours has a code of its own. */
async function bundled({ bundle }: TreeTests, { tested, ...how }: Bundling): Promise<TestedTree> {
  try {
    return { ...tested, bundle: await bundle(how) }
  } catch (error) {
    const { code: cause, message } = refusalIn(error)
    return { ...tested, bundle: null, cause, summary: printable(message) }
  }
}

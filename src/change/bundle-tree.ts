import { createHash } from 'node:crypto'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type PackedBundle, readBundle } from '../flow/bundle.ts'
import type { Isolation } from '../flow/isolate/isolation.ts'
import { type CheckoutRun, runInCheckout } from '../flow/isolate/run-in-checkout.ts'
import { UserFacingError } from '../lib/errors.ts'
import { printable } from '../lib/printable.ts'
import { BundleProblem, problemCode, resultFile } from './bundle-protocol.ts'
import type { Repository } from './repository.ts'

type Options = {
  /** Of the flow in it; empty: its root. */
  folder: string
  /** As of `runInCheckout`. */
  evenBare?: boolean
  signal?: AbortSignal
}

const minute = 60_000
/** A bundle has less, and is then told to be too large. */
const largest = 4 * 2 ** 20

/**
 * The bundle of the flow in a version. Nothing of the version is trusted: its configuration is loaded and its
 * code bundled behind walls, and what comes out is read like a bundle that somebody has sent.
 * @throws UserFacingError what is wrong with the flow, as `bundleFlow` and `readBundle`; bundle-stopped,
 * bundle-failed; of the host checkout-walls, checkout-own-files, checkout-unreadable; of the tree checkout-refused
 */
export async function bundleTree(
  { repository, isolation }: { repository: Pick<Repository, 'checkOut'>; isolation: Isolation },
  { tree, ...options }: Options & { tree: string },
): Promise<PackedBundle> {
  const scratch = await realpath(await mkdtemp(path.join(tmpdir(), 'proofloop-tree-')))
  try {
    const checkout = path.join(scratch, 'checkout')
    await repository.checkOut(tree, checkout)
    return await bundleCheckout(isolation, { checkout, ...options })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** The same of files that are checked out already. */
export async function bundleCheckout(
  isolation: Isolation,
  { checkout, folder, ...how }: Options & { checkout: string },
): Promise<PackedBundle> {
  const run = await runInCheckout(isolation, {
    checkout,
    command: ['node', ...ownConditions, child, folder === '' ? '.' : `./${folder}`],
    reads: ownFiles(),
    result: { file: resultFile, most: largest },
    limits: { time: 2 * minute },
    ...how,
  })
  if (run.exitCode === 0 && run.result !== null) return checked(run.result)
  throw problemOf(run)
}

function checked(bytes: Buffer): PackedBundle {
  const packed = { bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
  readBundle(packed)
  return packed
}

/** Its words come from behind the walls: whoever wrote the change may have chosen them. */
function problemOf({ exitCode, stopped, result, log }: CheckoutRun): UserFacingError {
  if (stopped !== null) {
    const sentence = `Making a bundle of the flow was stopped: it took too much of: ${stopped}. Look at what its configuration does when it is loaded.`
    return new UserFacingError('bundle-stopped', sentence)
  }
  const problem = exitCode === problemCode && result !== null ? readProblem(result) : null
  if (problem !== null) return problem
  const last = log.trim().split('\n').at(-1) ?? ''
  const sentence = `Making a bundle of the flow failed (exit code ${exitCode}): ${cut(last)}`
  return new UserFacingError('bundle-failed', sentence)
}

function readProblem(result: Buffer): UserFacingError | null {
  try {
    const { code, message } = BundleProblem.parse(JSON.parse(result.toString('utf8')))
    // It cannot pass for a fault of ours.
    const isOwn = /^(?!checkout-|git-|forge-)[a-z][a-z-]{0,60}$/.test(code)
    return new UserFacingError(isOwn ? code : 'bundle-failed', cut(message))
  } catch {
    // It was not written by our child; what follows from that is told by its exit code.
    return null
  }
}

function cut(text: string): string {
  return printable(text).slice(0, 1000)
}

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const child = fileURLToPath(new URL(`./bundle-child.${extension}`, import.meta.url))
const ownConditions = extension === 'ts' ? ['--conditions=proofloop-source'] : []

/** Proofloop's own code and the packages that it imports. */
function ownFiles(): string[] {
  const sources = fileURLToPath(new URL('..', import.meta.url))
  const packages = ['zod', 'rolldown'].map((name) => packagesAround(import.meta.resolve(name)))
  const manifest = fileURLToPath(new URL('../../package.json', import.meta.url))
  return [...new Set([path.resolve(sources), manifest, ...packages])]
}

/** The outermost: some package managers put links into one folder, and the packages into another. */
function packagesAround(url: string): string {
  const [before = ''] = fileURLToPath(url).split(`${path.sep}node_modules${path.sep}`, 1)
  return path.join(before, 'node_modules')
}

import { chmod, chown, cp, lchown, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { UserFacingError } from '../../lib/errors.ts'

/** A copy of a checkout, and what a command in it may write besides. */
export type CheckoutPlace = {
  /** Everything, to be deleted. */
  folder: string
  checkout: string
  temporary: string
  /** An empty folder where the file system is put together. */
  root: string
}

/**
 * Copies a checkout, without `.git`, which may hold a token of the forge. What a command writes there changes
 * nothing that is bundled or run later. Links are copied as links: they lead nowhere.
 * @param leftOut of its top, besides `.git`
 * @param user number of the user who runs commands in it; null: ours
 * @throws UserFacingError checkout-unreadable
 */
export async function copyCheckout(
  source: string,
  { user, leftOut }: { user: number | null; leftOut: readonly string[] },
): Promise<CheckoutPlace & AsyncDisposable> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'proofloop-checkout-')))
  const part = (name: string): string => path.join(folder, name)
  const place = { folder, checkout: part('checkout'), temporary: part('tmp'), root: part('root') }
  try {
    await mkdir(place.root)
    await mkdir(place.temporary)
    await copy(source, { target: place.checkout, leftOut: ['.git', ...leftOut] })
    if (user !== null) await handOver(place, user)
    return { ...place, [Symbol.asyncDispose]: () => removeAll(folder) }
  } catch (error) {
    await removeAll(folder)
    throw error
  }
}

async function copy(
  source: string,
  { target, leftOut }: { target: string; leftOut: readonly string[] },
): Promise<void> {
  const skipped = new Set(leftOut.map((name) => path.join(source, name)))
  try {
    await cp(source, target, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => !skipped.has(file),
    })
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
    throw new UserFacingError('checkout-unreadable', `A checkout cannot be copied${why}.`, {
      cause,
    })
  }
}

/** Their folder stays ours, so that they cannot make it anything else. */
async function handOver({ folder, checkout, temporary }: CheckoutPlace, user: number) {
  for (const top of [checkout, temporary]) {
    const entries = await readdir(top, { recursive: true, withFileTypes: true })
    await lchown(top, user, user)
    for (const entry of entries) await lchown(path.join(entry.parentPath, entry.name), user, user)
  }
  await chown(folder, process.getuid?.() ?? 0, user)
  await chmod(folder, 0o750)
}

/** Also folders that a command has closed to us. */
async function removeAll(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true })
  } catch {
    await openFolders(folder)
    await rm(folder, { recursive: true, force: true })
  }
}

async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o700)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await openFolders(path.join(folder, entry.name))
  }
}

import path from 'node:path'
import { protectBranch } from '../../change/git/protect-branch.ts'
import { printable } from '../../lib/printable.ts'
import type { Io } from '../io.ts'

export type ProtectOptions = { repository: string; branch: string; json?: boolean }

/** Puts the hooks into a bare repository that let nobody but the server move its protected branch. */
export async function protect(options: ProtectOptions, { cwd, stdout }: Io): Promise<number> {
  const { repository, branch, json = false } = options
  const hooks = await protectBranch(path.resolve(cwd, repository), branch)
  const lines = [
    `${printable(branch)} and refs/proofloop are moved by Proofloop's server alone. Written:`,
    ...hooks.map((hook) => `  ${printable(hook)}`),
    'They stop nobody who may write files of the repository without git.',
  ]
  stdout.write(json ? `${JSON.stringify({ branch, hooks }, null, 2)}\n` : `${lines.join('\n')}\n`)
  return 0
}

import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import type { WallTools } from './enclosure.ts'

const folders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin']

/**
 * The tools that could put up walls on this machine, best first; `none` is always last. Whether they can is for
 * a probe to find out.
 */
export function findTools(): WallTools[] {
  const searched = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
  const find = (name: string): string | undefined =>
    [...searched, ...folders].map((folder) => path.join(folder, name)).find(isExecutable)
  const [bwrap, unshare, setpriv] = ['bwrap', 'unshare', 'setpriv'].map(find)
  const namespaces =
    unshare !== undefined && setpriv !== undefined ? { unshare, setpriv } : undefined
  return [
    ...(bwrap === undefined ? [] : [{ kind: 'bubblewrap', bwrap } as const]),
    ...(namespaces ? [{ kind: 'namespaces', ...namespaces, asRoot: false } as const] : []),
    ...(namespaces && isRoot()
      ? [{ kind: 'namespaces', ...namespaces, asRoot: true } as const]
      : []),
    { kind: 'none' },
  ]
}

export function isRoot(): boolean {
  return process.getuid?.() === 0
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

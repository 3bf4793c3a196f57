import { UserFacingError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'

// eslint-disable-next-line no-control-regex
const forbidden = /[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|\.$|^-|^@$/

/** As git lets branches be called. */
export function isBranchName(name: string): boolean {
  if (name === '' || forbidden.test(name) || !name.isWellFormed()) return false
  return name.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock'))
}

/** @throws UserFacingError branch-invalid */
export function branchRef(name: string): string {
  if (isBranchName(name)) return `refs/heads/${name}`
  const sentence = `No branch of git can be called ${printable(name)}. Take letters, digits, - and /.`
  throw new UserFacingError('branch-invalid', sentence)
}

/** Full hash of a commit or a tree: nothing else gets into the arguments of git. */
export function requireHash(hash: string): string {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(hash)) return hash
  throw new Error(`No hash: ${printable(hash)}`)
}

/** Characters that some file systems pass over: with them, `.git` can be written in other ways. */
const passedOver = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g

function isGitFolder(part: string): boolean {
  const [beforeStream = ''] = part.replace(passedOver, '').toLowerCase().split(':')
  const plain = beforeStream.replace(/[. ]+$/, '')
  return plain === '.git' || /^git~\d+$/.test(plain)
}

/** Bytes of a path, and of each part of it. */
const longest = { path: 4096, part: 255 }
const tooLong = 'is longer than a file system takes'

/** Whether no file system takes it: whoever looks through a name asks this first. */
export function isTooLong(file: string): boolean {
  return Buffer.byteLength(file) > longest.path
}

/** Why a file of that name is never written; null when it may be. */
export function pathFault(file: string): string | null {
  if (isTooLong(file)) return tooLong
  for (const part of file.split('/')) {
    if (Buffer.byteLength(part) > longest.part) return tooLong
    if (part === '' || part === '.' || part === '..') return 'leads out of its folder'
    if (isGitFolder(part)) return 'is called like a folder of git'
    if (part.includes('\\') || part.includes('\0'))
      return 'has a character that is no part of a name'
  }
  return null
}

/** What two names have in common that are one on a file system that knows no case. */
export function foldedName(name: string): string {
  return name.normalize('NFC').toLowerCase().normalize('NFC')
}

import type { ForgePerson } from '../forge.ts'
import type { GitHubCredential } from './github-credential.ts'

type Opened = { branch: string; author: ForgePerson }

const pattern = /\n*<!-- proofloop: opened for (\S+) ([\w-]{43}) -->\s*$/

/**
 * Whoever proposes a change here is not who GitHub says has opened it, which is us. So it stands below the
 * description, signed: people may edit that.
 */
export function withAuthor(
  description: string,
  opened: Opened,
  { sign }: Pick<GitHubCredential, 'sign'>,
): string {
  return `${description}\n\n<!-- proofloop: opened for ${opened.author} ${sign(textOf(opened))} -->`
}

/** @returns an author of null when there is none, or not by us for this branch */
export function readAuthor(
  body: string,
  branch: string,
  { sign }: Pick<GitHubCredential, 'sign'>,
): { description: string; author: ForgePerson | null } {
  const found = pattern.exec(body)
  if (found === null) return { description: body, author: null }
  const [whole, author = '', signature] = found
  const isOurs = signature === sign(textOf({ branch, author }))
  return { description: body.slice(0, -whole.length), author: isOurs ? author : null }
}

function textOf({ branch, author }: Opened): string {
  return JSON.stringify(['opened for', branch, author])
}

import type { ForgePerson } from '../forge.ts'
import type { GitHubCredential } from './github-credential.ts'

type Opened = { branch: string; author: ForgePerson }

const begin = '<!-- proofloop: opened for '
const end = ' -->'

/**
 * Whoever proposes a change here is not who GitHub says has opened it, which is us. So it stands below the
 * description, signed: people may edit that.
 */
export function withAuthor(
  description: string,
  opened: Opened,
  { sign }: Pick<GitHubCredential, 'sign'>,
): string {
  return `${description}\n\n${begin}${opened.author} ${sign(textOf(opened))}${end}`
}

/** @returns an author of null when there is none, or not by us for this branch */
export function readAuthor(
  body: string,
  branch: string,
  { sign }: Pick<GitHubCredential, 'sign'>,
): { description: string; author: ForgePerson | null } {
  const found = lastMark(body)
  if (found === null) return { description: body, author: null }
  const { author, signature, before } = found
  const isOurs = signature === sign(textOf({ branch, author }))
  return { description: before, author: isOurs ? author : null }
}

/** Looked for from the end, step by step: anybody writes the text, at any length. */
function lastMark(body: string): { author: string; signature: string; before: string } | null {
  const text = body.trimEnd()
  const at = text.lastIndexOf(begin)
  if (at === -1 || !text.endsWith(end)) return null
  const [author = '', signature = '', ...more] = text
    .slice(at + begin.length, -end.length)
    .split(' ')
  if (author === '' || !/^[\w-]{43}$/.test(signature) || more.length > 0) return null
  return { author, signature, before: withoutLineEnds(text.slice(0, at)) }
}

function withoutLineEnds(text: string): string {
  let length = text.length
  while (text[length - 1] === '\n') length -= 1
  return text.slice(0, length)
}

function textOf({ branch, author }: Opened): string {
  return JSON.stringify(['opened for', branch, author])
}

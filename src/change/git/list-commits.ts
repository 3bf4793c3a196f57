import type { Commits } from '../repository.ts'
import { coAuthorsIn } from './co-authors.ts'
import { requireHash } from './names.ts'
import type { GitPlace } from './open-git-place.ts'

/** A value that goes on in the next line is one line. */
const coAuthors = '%(trailers:key=Co-authored-by,valueonly,unfold)'
const format = `--format=%an%x00%ae%x00%cn%x00%ce%x00${coAuthors}%x00`
/** With the end of each commit. */
const fieldsOfEach = 6

/** Those that `head` has and `base` has not. */
export async function listCommits(
  { objects }: Pick<GitPlace, 'objects'>,
  { base, head, most }: { base: string; head: string; most: number },
): Promise<Commits> {
  const range = [requireHash(head), `^${requireHash(base)}`]
  const args = ['log', '--no-mailmap', `--max-count=${most}`, '-z', format, ...range, '--']
  const { stdout } = await objects(args)
  const people = new Map<string, Commits['people'][number]>()
  const add = (name: string, email: string): void => {
    if (email !== '') people.set(`${name}\0${email}`, { name, email })
  }
  const fields = stdout.toString('utf8').split('\0')
  for (let i = 0; i + 4 < fields.length; i += fieldsOfEach) {
    const [author = '', authorMail = '', committer = '', committerMail = '', others = ''] =
      fields.slice(i, i + 5)
    add(author, authorMail)
    add(committer, committerMail)
    for (const { name, email } of coAuthorsIn(others)) add(name, email)
  }
  const listed = Math.floor(fields.length / fieldsOfEach)
  const count = listed < most ? listed : await countCommits(objects, range)
  return { count, people: [...people.values()] }
}

async function countCommits(objects: GitPlace['objects'], range: string[]): Promise<number> {
  const { stdout } = await objects(['rev-list', '--count', ...range])
  return Number(stdout.toString('latin1'))
}

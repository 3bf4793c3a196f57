import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { runGit } from '../../../src/change/git/run-git.ts'

export type NewCommit = {
  branch: string
  /** By path; null: removed. */
  files: Record<string, string | null>
  message?: string
  /** Logins; null, or an address: somebody whose address GitHub does not know. */
  author?: string | null
  committer?: string
  /** Where it begins; default: the branch itself, else main. Another than the branch's own is a force-push. */
  onto?: string
}

export type ListedCommit = { sha: string; tree: string; author: string; committer: string }

export type GitHubRepository = ReturnType<typeof createRepository>

const people = '@people.test'

function addressOf(login: string | null): string {
  if (login === null) return 'somebody@elsewhere.test'
  return login.includes('@') ? login : `${login}${people}`
}

/** Null: an address that GitHub does not know. */
export function loginOf(address: string): string | null {
  return address.endsWith(people) ? address.slice(0, -people.length) : null
}

/** A bare repository, as GitHub has it behind its API. */
export function createRepository(folder: string) {
  const git = (args: string[], options: { input?: string; env?: Record<string, string> } = {}) =>
    askGit(folder, args, options)
  const text = async (args: string[], options?: { input?: string; env?: Record<string, string> }) =>
    (await git(args, options)).stdout.trim()
  const commitOf = async (name: string): Promise<string | null> => {
    if (name.startsWith(heads)) return branchesIn(folder).get(name.slice(heads.length)) ?? null
    const { code, stdout } = await git(['rev-parse', '--verify', '--quiet', `${name}^{commit}`])
    return code === 0 ? stdout.trim() : null
  }
  const commitTree = (
    tree: string,
    parents: string[],
    { message, author, committer }: { message: string; author: string; committer: string },
  ): Promise<string> =>
    text(['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])], {
      input: message,
      env: {
        GIT_AUTHOR_NAME: 'a',
        GIT_AUTHOR_EMAIL: author,
        GIT_COMMITTER_NAME: 'c',
        GIT_COMMITTER_EMAIL: committer,
      },
    })
  const importCommits = async (commits: NewCommit[]): Promise<void> => {
    const input: string[] = []
    const isThere = new Set<string>()
    for (const commit of commits) {
      const ref = `refs/heads/${commit.branch}`
      // What is imported in one go goes on by itself.
      const known = isThere.has(ref) ? null : ((await commitOf(ref)) ?? (await commitOf('main')))
      input.push(importLines(commit, commit.onto ?? known))
      isThere.add(ref)
    }
    await git(['fast-import', '--quiet', '--force'], { input: input.join('') })
  }
  const mergeTree = onceForEach(async (base: string, head: string): Promise<string | null> => {
    const { code, stdout } = await git(['merge-tree', '--write-tree', base, head])
    return code === 0 ? (stdout.split('\n')[0] ?? '') : null
  })
  const listed = onceForEach(async (base: string, head: string): Promise<ListedCommit[]> => {
    const format = '--format=%H %T %ae %ce'
    const lines = await text(['log', '--reverse', '--topo-order', format, `${base}..${head}`])
    return lines
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [sha = '', tree = '', author = '', committer = ''] = line.split(' ')
        return { sha, tree, author, committer }
      })
  })
  return {
    folder,
    commitOf,
    mergeTree,
    async create(): Promise<void> {
      await git(['init', '--quiet', '--bare', '--initial-branch=main', folder])
      await git(['config', 'http.receivepack', 'true'])
      await git(['config', 'uploadpack.allowAnySHA1InWant', 'true'])
    },
    commit: async (commit: NewCommit): Promise<string> => {
      await importCommits([commit])
      return (await commitOf(`refs/heads/${commit.branch}`)) ?? ''
    },
    /** One on the other. */
    commitAll: (commits: NewCommit[]): Promise<void> => importCommits(commits),
    /** A merge commit on a branch if it still is where it was. Null: they do not go together. */
    async merge(merged: { base: string; head: string; message: string; ref: string }) {
      const { base, head, message, ref } = merged
      const tree = await mergeTree(base, head)
      if (tree === null) return null
      const github = addressOf('web-flow')
      const by = { message, author: github, committer: github }
      const commit = await commitTree(tree, [base, head], by)
      await git(['update-ref', ref, commit])
      return commit
    },
    /** By name. */
    branches: () => branchesIn(folder),
    setRef: (ref: string, commit: string) => git(['update-ref', ref, commit]),
    deleteRef: (ref: string) => git(['update-ref', '-d', ref]),
    /** Those that `head` has and `base` has not, oldest first. */
    async commits(base: string, head: string): Promise<ListedCommit[]> {
      return listed((await commitOf(base)) ?? base, head)
    },
    /** Everything that was ever pushed, and by whom. */
    history: () => text(['log', '--all', '-p', '--format=%an %ae %B']),
    treeOf: (commit: string) => text(['rev-parse', `${commit}^{tree}`]),
  }
}

const heads = 'refs/heads/'

/**
 * By name. Read where git writes them: it is asked with each request, and a process each time takes long. At
 * once: a file of a line takes five times as long with what a thread is told of it.
 */
function branchesIn(folder: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const line of textIn(path.join(folder, 'packed-refs')).split('\n')) {
    const [commit = '', ref = ''] = line.split(' ')
    if (ref.startsWith(heads)) found.set(ref.slice(heads.length), commit)
  }
  const loose = path.join(folder, heads)
  for (const entry of readdirSync(loose, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.lock')) continue
    const file = path.join(entry.parentPath, entry.name)
    const commit = textIn(file)
    if (commit !== '') found.set(path.relative(loose, file), commit.trim())
  }
  return found
}

/** Empty when it is not there, or just gone. */
function textIn(file: string): string {
  try {
    return existsSync(file) ? readFileSync(file, 'utf8') : ''
  } catch {
    return ''
  }
}

/** What follows from two commits never changes. */
function onceForEach<T>(work: (base: string, head: string) => Promise<T>): typeof work {
  const known = new Map<string, Promise<T>>()
  return (base, head) => {
    const key = `${base} ${head}`
    const before = known.get(key)
    if (before !== undefined) return before
    const made = work(base, head)
    known.set(key, made)
    return made
  }
}

function importLines(commit: NewCommit, onto: string | null): string {
  const { branch, files, message = 'Change', author = 'ada' } = commit
  const address = addressOf(author)
  const committer = commit.committer === undefined ? address : addressOf(commit.committer)
  const at = '1772352000 +0000'
  const data = (content: string): string => `data ${Buffer.byteLength(content)}\n${content}\n`
  return [
    `commit refs/heads/${branch}\nauthor a <${address}> ${at}\ncommitter c <${committer}> ${at}\n`,
    data(message),
    onto === null ? '' : `from ${onto}\n`,
    ...Object.entries(files).map(([name, content]) =>
      content === null ? `D ${name}\n` : `M 100644 inline ${name}\n${data(content)}`,
    ),
    '\n',
  ].join('')
}

async function askGit(
  folder: string,
  args: string[],
  { input = '', env = {} }: { input?: string; env?: Record<string, string> },
): Promise<{ code: number; stdout: string }> {
  const own = { PATH: process.env['PATH'] ?? '', GIT_DIR: folder, GIT_CONFIG_GLOBAL: '/dev/null' }
  const environment = { ...own, ...env }
  const { code, stdout, stderr } = await runGit({ args, environment, input, answers: [0, 1, 128] })
  if (code > 1 || (code === 1 && stderr !== '')) throw new Error(`git ${args[0]}: ${stderr}`)
  return { code, stdout: stdout.toString('utf8') }
}

import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { commitAll, git, initRepository, temporaryFolder } from './git/git-samples.ts'
import { openRepository } from './open-repository.ts'

/** Programs that leave a file when they run, and a repository whose every setting names one. */
async function createHostilePlace() {
  const { folder, ...disposable } = await temporaryFolder()
  const place = path.join(folder, 'repository')
  const traces = path.join(folder, 'traces')
  await mkdir(traces)
  await initRepository(place)
  const program = async (name: string): Promise<string> => {
    const file = path.join(folder, 'programs', name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, `#!/bin/sh\necho "$0 $*" >> '${traces}/${name}'\nexit 0\n`)
    await chmod(file, 0o755)
    return file
  }
  return {
    folder,
    place,
    program,
    ran: () => readdir(traces),
    [Symbol.asyncDispose]: () => disposable[Symbol.asyncDispose](),
  }
}

const attributes = '* filter=evil diff=evil merge=evil ident text=auto\n'

const hooks = [
  'pre-commit',
  'commit-msg',
  'post-commit',
  'post-checkout',
  'post-index-change',
  'reference-transaction',
  'pre-merge-commit',
  'prepare-commit-msg',
  'update',
  'fsmonitor-watchman',
]

type HostilePlace = Awaited<ReturnType<typeof createHostilePlace>>

async function plant({ folder, place, program }: HostilePlace): Promise<void> {
  const own = path.join(place, '.git')
  const config: [key: string, value: string][] = [
    ['core.fsmonitor', await program('fsmonitor')],
    ['core.sshCommand', await program('ssh')],
    ['core.editor', await program('editor')],
    ['core.pager', await program('pager')],
    ['core.askPass', await program('askpass')],
    ['core.gitProxy', await program('proxy')],
    ['core.alternateRefsCommand', await program('alternate')],
    ['core.hooksPath', path.join(folder, 'hooks')],
    ['core.worktree', path.join(folder, 'elsewhere')],
    ['core.attributesFile', path.join(folder, 'attributes')],
    ['uploadpack.packObjectsHook', await program('pack')],
    ['credential.helper', await program('credential')],
    ['gpg.program', await program('gpg')],
    ['commit.gpgSign', 'true'],
    ['log.showSignature', 'true'],
    ['diff.external', await program('diff')],
    ['diff.evil.command', await program('diff-command')],
    ['diff.evil.textconv', await program('textconv')],
    ['merge.evil.driver', `${await program('merge')} %A`],
    ['merge.evil.name', 'evil'],
    ['filter.evil.clean', await program('clean')],
    ['filter.evil.smudge', await program('smudge')],
    ['filter.evil.process', await program('process')],
    ['trailer.x.command', await program('trailer')],
    ['interactive.diffFilter', await program('interactive')],
    ['remote.origin.url', `ext::${await program('ext')}`],
    ['remote.origin.uploadpack', await program('uploadpack')],
    ['remote.origin.promisor', 'true'],
    ['remote.origin.partialCloneFilter', 'blob:none'],
    ['extensions.partialClone', 'origin'],
    ...(await Promise.all(
      ['merge-tree', 'cat-file', 'update-ref', 'rev-parse', 'ls-tree', 'commit-tree'].map(
        async (verb): Promise<[string, string]> => [
          `alias.${verb}`,
          `!${await program(`alias-${verb}`)}`,
        ],
      ),
    )),
    ['include.path', path.join(folder, 'included')],
    [`includeIf.gitdir:${place}/.path`, path.join(folder, 'included')],
  ]
  await writeFile(path.join(folder, 'attributes'), attributes)
  await writeFile(
    path.join(folder, 'included'),
    `[core]\n\tfsmonitor = ${await program('included')}\n`,
  )
  for (const file of [path.join(folder, 'hooks'), path.join(own, 'hooks')]) {
    await mkdir(file, { recursive: true })
    for (const hook of hooks) await symlink(await program(`hook-${hook}`), path.join(file, hook))
  }
  await mkdir(path.join(own, 'info'), { recursive: true })
  await writeFile(path.join(own, 'info', 'attributes'), attributes)
  // Last, since git of the author would run it.
  const lines = config.map(([key, value]) => {
    const parts = key.split('.')
    const section = parts[0]
    const middle = parts.slice(1, -1).join('.')
    const head = middle === '' ? `[${section}]` : `[${section} "${middle}"]`
    return `${head}\n\t${parts.at(-1)} = "${value}"`
  })
  await writeFile(
    path.join(own, 'config'),
    ['[core]', '\trepositoryFormatVersion = 1', ...lines, ''].join('\n'),
  )
}

describe('a repository that wants programs run', () => {
  it('runs none of them, whatever is done with it', async () => {
    await using hostile = await createHostilePlace()
    const { folder, place } = hostile
    const files = { 'a.txt': '1\n2\n3\n', '.gitattributes': attributes }
    await commitAll(place, { files })
    await git(place, ['switch', '--quiet', '-c', 'topic'])
    const plain = { files: { 'a.txt': '1\n2\nthree\n' } }
    const head = await commitAll(place, plain)
    await git(place, ['switch', '--quiet', 'main'])
    const base = await commitAll(place, { files: { 'a.txt': 'one\n2\n\n3\n' } })
    await plant(hostile)

    await using repository = await openRepository(place)
    expect(await repository.commitOf('main')).toBe(base)
    expect(await repository.mergeTree(base, head)).toEqual({ conflicts: ['a.txt'] })
    expect(await repository.mergeTree(head, head)).toHaveProperty('tree')
    expect(await repository.changedFiles(base, head)).toHaveLength(1)
    expect(await repository.commits(base, head, 10)).toMatchObject({ count: 1 })
    expect(await repository.readFile(head, 'a.txt', 99)).toEqual(Buffer.from('1\n2\nthree\n'))
    await repository.checkOut(head, path.join(folder, 'out'))
    await repository.commitFiles({
      branch: 'topic',
      base: head,
      files: [{ path: 'a.txt', content: Buffer.from('x') }],
      message: 'x',
      author: { name: 'A', email: 'a@example.org' },
    })
    // An object that is missing: git would fetch it.
    await expect(repository.mergeTree(base, 'a'.repeat(40))).rejects.toMatchObject({
      code: 'git-failed',
    })
    expect(await hostile.ran()).toEqual([])
    expect(await readdir(folder)).not.toContain('elsewhere')
  })

  it('would run them for anybody else, so that this test can fail', async () => {
    await using hostile = await createHostilePlace()
    await commitAll(hostile.place, { files: { 'a.txt': '1\n', '.gitattributes': attributes } })
    await plant(hostile)
    const commands = [
      ['add', '--renormalize', 'a.txt'],
      ['status'],
      ['diff', 'HEAD'],
      ['log', '-p', '--ext-diff'],
      ['update-ref', 'refs/heads/other', 'HEAD'],
      ['cat-file', '-p', 'a'.repeat(40)],
    ]
    for (const command of commands) {
      // What the programs answer is nothing that git understands.
      await git(hostile.place, command, {
        environment: { GIT_WORK_TREE: hostile.place, GIT_ALLOW_PROTOCOL: 'ext' },
      }).catch(() => {})
    }
    const some = ['ext', 'hook-reference-transaction', 'included']
    expect(await hostile.ran()).toEqual(expect.arrayContaining(some))
  })
})

/** A commit of a tree that no git would make from files. */
async function plantTree(place: string, entries: [mode: string, name: string][]): Promise<string> {
  const { writeBlob, writeCommit } = await import('./git/commit-files.ts')
  const { openGitPlace } = await import('./git/open-git-place.ts')
  await using opened = await openGitPlace(place)
  const blob = await writeBlob(opened, 'content')
  const empty = (await opened.objects(['mktree'])).stdout.toString().trim()
  const commit = await writeCommit(opened, { tree: empty, parents: [], message: 'x' })
  const hashOf = (mode: string): string => {
    if (mode === '160000') return commit
    return mode === '40000' ? empty : blob
  }
  const content = Buffer.concat(
    entries.map(([mode, name]) =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`, 'latin1'), Buffer.from(hashOf(mode), 'hex')]),
    ),
  )
  const { stdout } = await opened.objects(
    ['hash-object', '-w', '-t', 'tree', '--literally', '--stdin'],
    { input: content },
  )
  return stdout.toString().trim()
}

const refused: [what: string, entries: [mode: string, name: string][], why: RegExp][] = [
  ['a link', [['120000', 'passwd']], /passwd is a link/],
  ['a submodule', [['160000', 'module']], /module is a submodule/],
  ['..', [['100644', '..']], /leads out of its folder/],
  ['a name with a slash', [['100644', '../out']], /leads out of its folder/],
  ['a name that begins with a slash', [['100644', '/out']], /leads out of its folder/],
  ['.git', [['100644', '.git']], /like a folder of git/],
  ['.GIT', [['100644', '.GIT']], /like a folder of git/],
  ['.git with a dot', [['100644', '.git. ']], /like a folder of git/],
  ['git~1', [['100644', 'GIT~1']], /like a folder of git/],
  ['.git with an invisible letter', [['100644', '.g\u00e2\u0080\u008cit']], /like a folder of git/],
  ['a stream of .git', [['100644', '.git::$INDEX_ALLOCATION']], /like a folder of git/],
  ['a back slash', [['100644', '..\\out']], /no part of a name/],
  [
    'two cases',
    [
      ['100644', 'Read'],
      ['100644', 'read'],
    ],
    /Read and read differ/,
  ],
  ['a name that is not UTF-8', [['100644', '\xff']], /not UTF-8/],
  [
    'the same name twice',
    [
      ['100644', 'a'],
      ['100644', 'a'],
    ],
    /a cannot be written here \(EEXIST\)/,
  ],
  ['a very long name', [['100644', 'x'.repeat(300)]], /longer than a file system takes/],
  ['a very long path', [['100644', `${'x/'.repeat(3000)}x`]], /longer than a file system takes/],
]

describe('a tree that wants more than files written', () => {
  it.each(refused)('is refused for %s', async (_what, entries, why) => {
    await using hostile = await createHostilePlace()
    const { folder, place } = hostile
    const tree = await plantTree(place, entries)
    await using repository = await openRepository(place)
    const before = await readdir(folder)
    const writing = repository.checkOut(tree, path.join(folder, 'out'))
    await expect(writing).rejects.toMatchObject({
      code: 'checkout-refused',
      message: expect.stringMatching(why) as string,
    })
    expect((await readdir(folder)).filter((name) => name !== 'out')).toEqual(before)
  })

  it('is refused for names of files that are edited here', async () => {
    await using hostile = await createHostilePlace()
    const base = await commitAll(hostile.place, { files: { a: '1' } })
    await using repository = await openRepository(hostile.place)
    for (const name of ['../a', '.git/config', '/a', 'a//b', 'x/.GIT/y']) {
      const editing = repository.commitFiles({
        branch: 'topic',
        base,
        files: [{ path: name, content: Buffer.from('x') }],
        message: 'x',
        author: { name: 'A', email: 'a@example.org' },
      })
      await expect(editing).rejects.toMatchObject({ code: 'path-invalid' })
    }
    for (const branch of ['../main', 'a b', '-x', 'a..b', 'x.lock', '']) {
      const editing = repository.commitFiles({
        branch,
        base,
        files: [],
        message: 'x',
        author: { name: 'A', email: 'a@example.org' },
      })
      await expect(editing).rejects.toMatchObject({ code: 'branch-invalid' })
    }
  })
})

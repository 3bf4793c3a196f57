import { chmod, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  ann,
  bob,
  commitAll,
  type Files,
  git,
  initRepository,
  temporaryFolder,
  writeFiles,
} from './git/git-samples.ts'
import { openRepository } from './open-repository.ts'

type Kind = { bare?: boolean; format?: 'sha1' | 'sha256' }

/** A repository, and the folder where its author works; they are one unless it is bare. */
async function createPlace({ bare = false, format = 'sha1' }: Kind = {}) {
  const { folder, ...disposable } = await temporaryFolder()
  const work = path.join(folder, 'work')
  await initRepository(work, { format })
  const place = bare ? path.join(folder, 'bare.git') : work
  if (bare) {
    await initRepository(place, { bare, format })
    await git(work, ['remote', 'add', 'origin', place])
  }
  const publish = async (): Promise<void> => {
    if (bare) await git(work, ['push', '--quiet', '--force', '--all', 'origin'])
  }
  return {
    folder,
    work,
    place,
    async commit(files: Files, options: { message?: string; person?: typeof ann } = {}) {
      const hash = await commitAll(work, { files, ...options })
      await publish()
      return hash
    },
    branch: (name: string, from = 'main') => git(work, ['switch', '--quiet', '-C', name, from]),
    open: () => openRepository(place),
    [Symbol.asyncDispose]: () => disposable[Symbol.asyncDispose](),
  }
}

const kinds: [name: string, kind: Kind][] = [
  ['with its files', {}],
  ['bare', { bare: true }],
  ['bare with SHA-256', { bare: true, format: 'sha256' }],
]

describe.each(kinds)('a repository %s', (_name, kind) => {
  it('tells commits of branches, and that there is none', async () => {
    await using place = await createPlace(kind)
    await using repository = await place.open()
    expect(await repository.commitOf('main')).toBeNull()
    const commit = await place.commit({ 'a.txt': 'one\n' })
    expect(await repository.commitOf('main')).toBe(commit)
    expect(commit).toHaveLength(kind.format === 'sha256' ? 64 : 40)
    for (const name of ['none', '', '-x', '../main', 'main~0', 'main^{tree}', '@', 'a b']) {
      expect([name, await repository.commitOf(name)]).toEqual([name, null])
    }
  })

  it('merges in memory, with the files in conflict when it cannot', async () => {
    await using place = await createPlace(kind)
    await using repository = await place.open()
    await place.commit({ 'a.txt': '1\n2\n3\n', 'b.txt': 'b\n' })
    await place.branch('topic')
    const head = await place.commit({ 'a.txt': '1\n2\nthree\n' })
    await place.branch('other')
    const conflicting = await place.commit({ 'a.txt': '1\n2\n3rd\n', 'c d\n.txt': 'c' })
    await git(place.work, ['switch', '--quiet', 'main'])
    const base = await place.commit({ 'b.txt': 'B\n' })

    const clean = await repository.mergeTree(base, head)
    await git(place.work, ['merge', '--quiet', '--no-ff', '--no-edit', 'topic'])
    expect(clean).toEqual({ tree: await git(place.work, ['rev-parse', 'HEAD^{tree}']) })
    await place.commit({})
    expect(await repository.mergeTree(head, conflicting)).toEqual({ conflicts: ['a.txt'] })
  })

  it('lists changed files, renames as one removed and one added', async () => {
    await using place = await createPlace(kind)
    await using repository = await place.open()
    const from = await place.commit({
      'a.txt': 'a\n',
      'old.txt': 'long enough to be found\n',
      x: '',
    })
    const to = await place.commit({
      'a.txt': 'A\n',
      'old.txt': null,
      'n\new ü.txt': 'long enough to be found\n',
    })
    expect(await repository.changedFiles(from, to)).toEqual([
      { path: 'a.txt', status: 'changed' },
      { path: 'n\new ü.txt', status: 'added' },
      { path: 'old.txt', status: 'removed' },
    ])
    expect(await repository.changedFiles(to, to)).toEqual([])
  })

  it('reads files by their exact path, up to a size', async () => {
    await using place = await createPlace(kind)
    await using repository = await place.open()
    const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7) % 256)
    const tree = await place.commit({ 'dir/ü \n*.bin': bytes, 'dir/b.txt': '', '*.txt': 'star' })
    expect(await repository.readFile(tree, 'dir/ü \n*.bin', 5000)).toEqual(Buffer.from(bytes))
    expect(await repository.readFile(tree, 'dir/ü \n*.bin', 4999)).toBeNull()
    expect(await repository.readFile(tree, 'dir/b.txt', 0)).toEqual(Buffer.from(''))
    expect(await repository.readFile(tree, '*.txt', 10)).toEqual(Buffer.from('star'))
    for (const name of ['dir', 'dir/', 'dir/*.txt', './dir/b.txt', '../dir/b.txt', ':/', '/']) {
      expect([name, await repository.readFile(tree, name, 9999)]).toEqual([name, null])
    }
  })

  it('names the files in a folder, without those of its folders', async () => {
    await using place = await createPlace(kind)
    await using repository = await place.open()
    const names = ['dir/ü \n*.bin', 'dir/b.txt', 'dir/sub/c.txt', 'a.txt']
    const tree = await place.commit(Object.fromEntries(names.map((name) => [name, ''])))
    expect(await repository.filesIn(tree, 'dir')).toEqual(['b.txt', 'ü \n*.bin'])
    expect(await repository.filesIn(tree, 'dir/sub')).toEqual(['c.txt'])
    for (const name of ['dir/b.txt', 'none', 'dir/../dir', '../dir', '/']) {
      expect([name, await repository.filesIn(tree, name)]).toEqual([name, []])
    }
  })

  it('writes the files of a tree with their bytes and whether they can be run', async () => {
    await using place = await createPlace(kind)
    await using repository = await place.open()
    const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31) % 256)
    const files = { 'bin/run.sh': '#!/bin/sh\r\n', 'a b\n.bin': bytes, 'ü/ñ.txt': 'ü', empty: '' }
    await writeFiles(place.work, files)
    await chmod(path.join(place.work, 'bin/run.sh'), 0o755)
    const tree = await place.commit({})
    const target = path.join(place.folder, 'out')
    await repository.checkOut(tree, target)
    for (const [name, content] of Object.entries(files)) {
      const read = await readFile(path.join(target, name))
      expect(read.equals(Buffer.from(content as Uint8Array))).toBe(true)
    }
    expect((await stat(path.join(target, 'bin/run.sh'))).mode & 0o111).toBe(0o111)
    expect((await stat(path.join(target, 'empty'))).mode & 0o111).toBe(0)
    expect((await readdir(target)).toSorted()).toEqual(['a b\n.bin', 'bin', 'empty', 'ü'])
    await expect(repository.checkOut(tree, target)).rejects.toThrow(/EEXIST/)
  })

  it('commits contents of files to a branch, new or not, and once', async () => {
    await using place = await createPlace(kind)
    await using repository = await place.open()
    await writeFiles(place.work, { 'run.sh': 'a', 'b.txt': 'b', 'keep/me': '1' })
    await chmod(path.join(place.work, 'run.sh'), 0o755)
    const base = await place.commit({})
    const change = {
      branch: 'prompts/shorter',
      base,
      files: [
        { path: 'run.sh', content: Buffer.from('A') },
        { path: 'b.txt', content: null },
        { path: 'new/ü.txt', content: Buffer.from('ü') },
      ],
      message: 'Shorten\n\nBecause.\n',
      author: { name: 'Ann <Ann>', email: 'ann@example.org' },
    }
    const first = await repository.commitFiles(change)
    expect(await repository.commitOf('prompts/shorter')).toBe(first)
    expect(await git(place.place, ['ls-tree', '-r', '--format=%(objectmode) %(path)', first])).toBe(
      '100644 keep/me\n100644 "new/\\303\\274.txt"\n100755 run.sh',
    )
    expect(await git(place.place, ['log', '--format=%an|%ae|%cn|%B', '-1', first])).toBe(
      'Ann Ann|ann@example.org|Proofloop|Shorten\n\nBecause.',
    )
    expect(await repository.commitFiles(change)).toBe(first)
    const second = await repository.commitFiles({
      ...change,
      files: [{ path: 'run.sh', content: Buffer.from('AA') }],
    })
    expect(await git(place.place, ['rev-parse', `${second}^`])).toBe(first)
  })

  it('counts the commits of a long branch and names those who had a hand in it', async () => {
    await using place = await createPlace(kind)
    await using repository = await place.open()
    const base = await place.commit({ a: '' })
    await place.branch('long')
    const now = Math.ceil(Date.now() / 1000)
    const stream = Array.from({ length: 199 }, (_, i) =>
      [
        'commit refs/heads/long',
        `committer Ann Author <ann@example.org> ${now + i} +0000`,
        `data 1\n${i % 10}`,
        ...(i === 0 ? [`from ${base}`] : []),
        `M 100644 inline f${i}`,
        'data 1\nx',
        '',
      ].join('\n'),
    ).join('\n')
    await writeFile(path.join(place.folder, 'stream'), stream)
    await git(place.work, ['switch', '--quiet', '--detach'])
    await git(place.work, ['-c', 'alias.fi=!git fast-import --quiet --force < ../stream', 'fi'])
    await git(place.work, ['switch', '--quiet', 'long'])
    await git(place.work, ['reset', '--quiet', '--hard', 'long'])
    const message =
      'Last\n\nCo-authored-by: Cem <cem@example.org>\nCo-authored-by: nobody\nCo-authored-by: Dan\n  <dan@example.org>'
    const head = await place.commit({ b: '' }, { person: bob, message })

    const { count, people } = await repository.commits(base, head, 1000)
    expect(count).toBe(200)
    const cem = { name: 'Cem', email: 'cem@example.org' }
    const dan = { name: 'Dan', email: 'dan@example.org' }
    expect(people).toEqual([bob, cem, dan, ann])
    expect((await repository.commits(base, head, 1)).people).toEqual([bob, cem, dan])
    expect(await repository.commits(head, base, 10)).toEqual({ count: 0, people: [] })
    const { tree } = (await repository.mergeTree(base, head)) as { tree: string }
    expect(await repository.changedFiles(base, tree)).toHaveLength(200)
  })
})

describe('a repository at hand', () => {
  it('is read with a detached HEAD, from a subfolder of nothing, and not from one of its own folders', async () => {
    await using place = await createPlace()
    const commit = await place.commit({ 'flows/a/x': '1' })
    await git(place.work, ['switch', '--quiet', '--detach'])
    await using repository = await place.open()
    expect(await repository.commitOf('main')).toBe(commit)
    const inside = openRepository(path.join(place.work, 'flows'))
    await expect(inside).rejects.toMatchObject({ code: 'repository-missing' })
    const nowhere = openRepository(path.join(place.folder, 'none'))
    await expect(nowhere).rejects.toMatchObject({ code: 'repository-missing' })
  })

  it('ends when it is told to', async () => {
    await using place = await createPlace()
    await place.commit({ a: '1' })
    const controller = new AbortController()
    await using repository = await openRepository(place.place, { signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(repository.commitOf('main')).rejects.toThrow('enough')
  })

  it('tells a stranger that git is missing, or too old', async () => {
    await using place = await createPlace()
    const before = process.env['PATH']
    const programs = path.join(place.folder, 'programs')
    await mkdir(programs)
    try {
      process.env['PATH'] = programs
      await expect(place.open()).rejects.toMatchObject({ code: 'git-missing' })
      await writeFile(path.join(programs, 'git'), '#!/bin/sh\necho git version 2.37.9\n', {
        mode: 0o755,
      })
      await expect(place.open()).rejects.toMatchObject({
        code: 'git-too-old',
        message: expect.stringContaining('git version 2.37.9') as string,
      })
    } finally {
      process.env['PATH'] = before
    }
  })
})

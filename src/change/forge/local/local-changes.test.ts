import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { commitAll, git, writeFiles } from '../../git/git-samples.ts'
import type { Forge, MergeRequest, OpenForge } from '../forge.ts'
import { refsOf } from './change-names.ts'
import { createLocalPlace, type LocalPlace, openForgeIn } from './local-forge-samples.ts'
import { mergeMessage } from './merge-locally.ts'

/** Has everything that is started as git from now on written down. */
async function countGit(folder: string) {
  const before = process.env['PATH']
  const programs = path.join(folder, 'programs')
  const log = path.join(folder, 'calls')
  await mkdir(programs)
  const lines = ['#!/bin/sh', `echo "$1" >> '${log}'`, `PATH='${before}'`, 'exec git "$@"', '']
  await writeFile(path.join(programs, 'git'), lines.join('\n'), { mode: 0o755 })
  process.env['PATH'] = `${programs}:${before}`
  return {
    /** Those since it was asked last. */
    async calls() {
      const lines = (await readFile(log, 'utf8')).trim().split('\n')
      await rm(log)
      return lines
    },
    async [Symbol.asyncDispose]() {
      process.env['PATH'] = before
    },
  }
}

/** A bare repository, a clone of it and the forge. */
async function createWorld(own?: LocalPlace) {
  const place = own ?? (await createLocalPlace('bare'))
  const clone = path.join(place.folder, 'clone')
  await git(place.folder, ['clone', '--quiet', `file://${place.origin}`, 'clone'])
  const opened = await place.open()
  const push = (...args: string[]) => git(clone, ['push', '--quiet', 'origin', ...args])
  return {
    ...place,
    ...opened,
    clone,
    push,
    head: (branch: string) => git(place.origin, ['rev-parse', `refs/heads/${branch}`]),
    /** One commit on main, under the name of a branch. */
    propose: async (branch: string, text: string) => {
      await git(clone, ['fetch', '--quiet', 'origin'])
      await git(clone, ['switch', '--quiet', '--detach', 'origin/main'])
      await commitAll(clone, { files: { [`${branch}.txt`]: text } })
      await push('--force', `HEAD:refs/heads/${branch}`)
      return openBranch(opened.forge, branch)
    },
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]()
      await place[Symbol.asyncDispose]()
    },
  }
}

function openBranch(forge: Forge, branch: string): Promise<string> {
  return forge.open({ branch, title: `On ${branch}`, description: '', author: 'account-of-ann' })
}

async function tested({ forge, repository }: OpenForge, reference: string): Promise<MergeRequest> {
  const change = await forge.get(reference)
  if (change === null) throw new Error(`There is no ${reference}.`)
  const { head, base } = change
  const merge = await repository.mergeTree(base, head)
  if (!('tree' in merge)) throw new Error('It conflicts.')
  const author = { name: 'Cora', email: 'cora@example.org' }
  return { head, base, tree: merge.tree, message: 'Merge', author }
}

test('one of two merges that were tested on the same base wins, the other is told that it moved', async () => {
  await using world = await createWorld()
  const { forge, propose } = world
  await using other = await world.open()
  for (let round = 0; round < 3; round++) {
    const left = await propose(`left${round}`, 'l')
    const right = await propose(`right${round}`, 'r')
    const requests = [await tested(world, left), await tested(world, right)] as const
    const results = await Promise.all([
      forge.merge(left, requests[0]),
      other.forge.merge(right, requests[1]),
    ])
    const won = results.flatMap((result) => (result.merged ? [result.commit] : []))
    const lost = results.filter((result) => !result.merged)
    expect(won).toEqual([await world.head('main')])
    expect(lost).toMatchObject([{ why: 'moved' }])
  }
})

test('a merge that was cut off after the branch moved is found, and not done again', async () => {
  await using world = await createWorld()
  const { forge, propose, origin } = world
  const reference = await propose('better', 'x')
  const request = await tested(world, reference)
  const facts = refsOf(reference)?.facts ?? ''
  const before = await git(origin, ['rev-parse', facts])
  const first = await forge.merge(reference, request)
  // What is known of the change as it was before.
  await git(origin, ['update-ref', facts, before])
  expect(await forge.merge(reference, request)).toEqual(first)
  await git(origin, ['update-ref', facts, before])
  const later = await propose('later', 'x')
  expect(await forge.merge(later, await tested(world, later))).toHaveProperty('commit')
  expect(await forge.get(reference)).toMatchObject({ state: 'merged', commits: 1 })
  expect(await forge.merge(reference, request)).toEqual(first)
  expect(await forge.merge(reference, { ...request, tree: before })).toMatchObject({
    merged: false,
    why: 'closed',
  })
})

test.each([
  ['a merge commit', ['merge', '--quiet', '--no-ff', '--no-edit', 'origin/better']],
  ['fast-forward', ['merge', '--quiet', '--ff-only', 'origin/better']],
])('what somebody merges by hand by %s is merged, and by which commit', async (_how, merge) => {
  await using world = await createWorld()
  const { forge, clone, push, propose } = world
  const reference = await propose('better', 'x')
  await git(clone, ['switch', '--quiet', '--detach', 'origin/main'])
  await git(clone, ['fetch', '--quiet'])
  await git(clone, merge)
  const mergedAs = await git(clone, ['rev-parse', 'HEAD'])
  await commitAll(clone, { files: { more: 'x' } })
  await commitAll(clone, { files: { more: 'y' } })
  await push('HEAD:main', ':better')
  expect(await forge.get(reference)).toMatchObject({ state: 'merged', mergedAs, commits: 1 })
})

test('a branch that is opened again after it was merged, or deleted, is another change', async () => {
  await using world = await createWorld()
  const { forge, propose, push } = world
  const first = await propose('a', '1')
  await forge.merge(first, await tested(world, first))
  await expect(openBranch(forge, 'a')).rejects.toMatchObject({ code: 'forge-refused' })
  const second = await propose('a', '2')
  await push(':a')
  expect(await forge.get(second)).toMatchObject({ state: 'closed' })
  const third = await propose('a', '3')
  await push(':a')
  const below = await propose('a/b', '4')
  expect([first, second, third, below]).toEqual(['a', 'a~2', 'a~3', 'a/b'])
  expect(await forge.get('a')).toMatchObject({ state: 'merged' })
  expect(await forge.get('a~4')).toBeNull()
  for (const odd of ['a~1', 'a~02', 'a~', 'a~2~2', 'a~x', '../a', 'a%2fb']) {
    expect([odd, await forge.get(odd)]).toEqual([odd, null])
  }
})

test('a branch that is put back to what is merged is open and has no commits', async () => {
  await using world = await createWorld()
  const { forge, propose, push } = world
  const reference = await propose('better', 'x')
  await push('--force', 'origin/main:refs/heads/better')
  const head = await world.head('main')
  expect(await forge.get(reference)).toMatchObject({ state: 'open', head, commits: 0 })
})

test('what two processes tell at once is kept of both, and read with git', async () => {
  await using world = await createWorld()
  const { forge, propose, origin } = world
  await using other = await world.open()
  const reference = await propose('better', 'x')
  const names = ['mergeable', 'functional', 'infrastructure', 'evaluation', 'gate'] as const
  const commit = await world.head('better')
  await Promise.all(
    names.map((name, i) =>
      (i % 2 === 0 ? forge : other.forge).setCheck(reference, {
        name,
        commit,
        state: 'passed',
        title: name,
        summary: '',
      }),
    ),
  )
  await forge.comment(reference, 'All passed.\n')
  const { checks } = await world.told(reference)
  expect(checks.map(({ name }) => name)).toEqual([...names].toSorted())
  const ref = refsOf(reference)?.facts ?? ''
  expect(await git(origin, ['show', `${ref}:comment.md`])).toBe('All passed.')
  const log = (await git(origin, ['log', '--format=%s', ref])).split('\n')
  expect(log.toSorted()).toEqual(
    ['Comment', 'Opened: On better', ...names.map((name) => `Check ${name}: passed`)].toSorted(),
  )
})

test('telling a check takes two processes of git, and looking at a change that is as it was takes one', async () => {
  const place = await createLocalPlace('bare')
  await using counted = await countGit(place.folder)
  await using world = await createWorld(place)
  const { forge, propose } = world
  const reference = await propose('better', 'x')
  const commit = await world.head('better')
  const check = { name: 'gate', commit, title: 'Gate', summary: '' } as const
  await forge.get(reference)
  await counted.calls()
  await forge.setCheck(reference, { ...check, state: 'running' })
  expect(await counted.calls()).toEqual(['unpack-objects', 'update-ref'])
  await forge.comment(reference, 'It runs.')
  expect(await counted.calls()).toEqual(['unpack-objects', 'update-ref'])
  expect(await forge.get(reference)).toMatchObject({ state: 'open', head: commit })
  expect(await counted.calls()).toEqual(['for-each-ref'])
  // What is told again is looked for, and found.
  await forge.setCheck(reference, { ...check, state: 'running' })
  expect(await counted.calls()).toEqual(['for-each-ref'])
  const { checks } = await world.told(reference)
  expect(checks).toEqual([{ ...check, state: 'running' }])
})

test('events name what changed and nothing else, also what was opened and merged in between', async () => {
  await using world = await createWorld()
  const { forge, propose, push } = world
  const left = await propose('left', '1')
  const right = await propose('right', '1')
  const { cursor } = await forge.events(null)
  expect(await forge.events(cursor)).toEqual({ references: [], cursor })
  await forge.comment(left, 'Ours')
  expect((await forge.events(cursor)).references).toEqual([])
  await propose('right', '2')
  expect((await forge.events(cursor)).references).toEqual([right])
  await push(':left')
  const deleted = await forge.events(cursor)
  expect(deleted.references).toEqual([left, right])
  await forge.get(left)
  const quick = await propose('quick', '1')
  await forge.merge(quick, await tested(world, quick))
  const after = await forge.events(deleted.cursor)
  expect(after.references.toSorted()).toEqual([left, quick, right])
  expect((await forge.events('f'.repeat(40))).references).toEqual([right])
  expect((await forge.events('nonsense')).references).toEqual([right])
})

test('commits of a change stay when its branch is force-pushed away, as long as it was looked at', async () => {
  await using world = await createWorld()
  const { forge, propose, push, origin } = world
  const reference = await propose('better', 'x')
  const { head = '' } = (await forge.get(reference)) ?? {}
  await push(':better')
  await git(origin, ['-c', 'gc.reflogExpire=now', 'gc', '--quiet', '--prune=now'])
  expect(await forge.get(reference)).toMatchObject({ state: 'closed', head, commits: 1 })
})

test('who wrote the change and who approved it stand below the message, once', () => {
  const trailers: [string, string][] = [
    ['Proofloop-Change', 'better'],
    ['Proofloop-Approver', 'Cora <cora@example.org>\nFrom: x'],
  ]
  expect(mergeMessage('Merge\n', trailers)).toBe(
    'Merge\n\nProofloop-Change: better\nProofloop-Approver: Cora <cora@example.org> From: x\n',
  )
  expect(mergeMessage('Merge: it\n\nproofloop-change: other\nX: y\n', trailers)).toBe(
    'Merge: it\n\nproofloop-change: other\nX: y\nProofloop-Approver: Cora <cora@example.org> From: x\n',
  )
})

/** A repository with its files, where main is checked out. */
async function createAtHand() {
  const place = await createLocalPlace('at-hand')
  const { origin } = place
  await git(origin, ['switch', '--quiet', '-c', 'better', 'main'])
  await commitAll(origin, { files: { 'flow.txt': 'two\n', 'new/file.txt': 'new\n' } })
  await git(origin, ['switch', '--quiet', 'main'])
  const opened = await place.open()
  const reference = await openBranch(opened.forge, 'better')
  const request = await tested(opened, reference)
  return {
    origin,
    merge: () => opened.forge.merge(reference, request),
    run: (...args: string[]) => git(origin, args),
    base: request.base,
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]()
      await place[Symbol.asyncDispose]()
    },
  }
}

test('files that are checked out follow the protected branch, with what else is changed there', async () => {
  await using world = await createAtHand()
  const { origin, merge, run } = world
  await writeFiles(origin, { 'notes.txt': 'mine', 'staged.txt': 's' })
  await run('add', 'staged.txt')
  const result = await merge()
  expect(result).toEqual({ merged: true, commit: await run('rev-parse', 'HEAD') })
  expect(await run('symbolic-ref', 'HEAD')).toBe('refs/heads/main')
  expect(await run('status', '--porcelain')).toBe('A  staged.txt\n?? notes.txt')
  expect(await run('show', 'HEAD:flow.txt')).toBe('two')
})

test.each([
  ['a changed file', { 'flow.txt': 'mine\n' }, /changed there and not committed.*flow\.txt/],
  ['a new file of the same name', { 'new/file.txt': 'mine' }, /new\/file\.txt is there/],
  [
    'an ignored file of the same name',
    { '.git/info/exclude': 'new', 'new/file.txt': 'mine' },
    /new\/file\.txt is there/,
  ],
  ['a file where a folder comes', { new: 'mine' }, /new is there/],
])('a merge is refused for %s, and nothing is lost or moved', async (_what, files, reason) => {
  await using world = await createAtHand()
  const { origin, merge, run, base } = world
  await writeFiles(origin, files)
  const status = await run('status', '--porcelain', '--ignored')
  expect(await merge()).toEqual({
    merged: false,
    why: 'refused',
    reason: expect.stringMatching(reason) as string,
  })
  expect(await run('rev-parse', 'main')).toBe(base)
  expect(await run('status', '--porcelain', '--ignored')).toBe(status)
  await run('stash', '--quiet', '--all')
  expect(await merge()).toHaveProperty('commit')
})

test('a merge is refused for files that a filter writes, and for another working tree', async () => {
  await using world = await createAtHand()
  const { merge, run, base, origin } = world
  await run('worktree', 'add', '--quiet', '--force', path.join(origin, '..', 'other'), 'main')
  await run('switch', '--quiet', '--detach')
  expect(await merge()).toMatchObject({
    why: 'refused',
    reason: expect.stringContaining('another working tree') as string,
  })
  await run('worktree', 'remove', path.join(origin, '..', 'other'))
  await run('switch', '--quiet', 'better')
  await commitAll(origin, { files: { '.gitattributes': 'new/* filter=lfs\n' } })
  await run('switch', '--quiet', 'main')
  await using opened = await openForgeIn(origin)
  const request = await tested(opened, 'better')
  expect(await opened.forge.merge('better', request)).toMatchObject({
    why: 'refused',
    reason: expect.stringMatching(/new\/file\.txt is written by a filter/) as string,
  })
  expect(await run('rev-parse', 'main')).toBe(base)
})

test('a merge that was cut off after the files followed is gone on with', async () => {
  await using world = await createAtHand()
  const { merge, run } = world
  await run('read-tree', '-m', '-u', 'main', 'better')
  expect(await merge()).toHaveProperty('commit')
  expect(await run('status', '--porcelain')).toBe('')
})

import { execFile } from 'node:child_process'
import { chmod, chown, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { openForgeIn } from '../forge/local/local-forge-samples.ts'
import { ann, commitAll, git, initRepository, temporaryFolder } from './git-samples.ts'
import { protectBranch } from './protect-branch.ts'

/** A bare repository with a protected branch, and a clone of it. */
async function createPlace({ branch = 'main' } = {}) {
  const { folder, ...disposable } = await temporaryFolder()
  const bare = path.join(folder, 'bare.git')
  const work = path.join(folder, 'work')
  await initRepository(work)
  const base = await commitAll(work, { files: { 'flow.txt': 'one\n' } })
  if (branch !== 'main') await git(work, ['branch', '-m', 'main', branch])
  await git(folder, ['clone', '--quiet', '--bare', `file://${work}`, bare])
  await git(work, ['remote', 'add', 'origin', `file://${bare}`])
  const hooks = await protectBranch(bare, branch)
  const head = async (name: string) => git(bare, ['rev-parse', `refs/heads/${name}`])
  return {
    folder,
    bare,
    work,
    base,
    hooks,
    head,
    push: (...args: string[]) => git(work, ['push', '--quiet', 'origin', ...args]),
    [Symbol.asyncDispose]: () => disposable[Symbol.asyncDispose](),
  }
}

test('a push to the protected branch is refused with a sentence, one to another is taken', async () => {
  await using place = await createPlace()
  const { work, push, base, head } = place
  const commit = await commitAll(work, { files: { 'flow.txt': 'two\n' } })
  const sentence = 'refs/heads/main is protected. Push another branch and open a change for it.'
  await expect(push('HEAD:main')).rejects.toThrow(sentence)
  await expect(push('--force', 'HEAD:main')).rejects.toThrow(sentence)
  await expect(push(':main')).rejects.toThrow('main')
  await expect(push('HEAD:refs/proofloop/changes/x')).rejects.toThrow('is protected')
  await expect(push('HEAD:main', 'HEAD:both')).rejects.toThrow(sentence)
  await push('HEAD:better')
  expect([await head('main'), await head('better'), await head('both')]).toEqual([
    base,
    commit,
    commit,
  ])
  await push('--force', `${base}:refs/heads/better`)
  await push(':better')
})

test('git on the machine moves it neither, and still packs refs and collects garbage', async () => {
  await using place = await createPlace()
  const { bare, work, push, base, head } = place
  const commit = await commitAll(work, { files: { 'flow.txt': 'two\n' } })
  await push('HEAD:better')
  const tries = [
    ['update-ref', 'refs/heads/main', commit],
    ['update-ref', '-d', 'refs/heads/main'],
    ['update-ref', '-d', 'refs/heads/main', base],
    ['fetch', '--quiet', '.', '+better:main'],
    ['update-ref', 'refs/proofloop/changes/x', commit],
  ]
  const all = async (): Promise<void> => {
    for (const args of tries) {
      await expect(git(bare, args)).rejects.toThrow('is protected')
      expect(await head('main')).toBe(base)
    }
  }
  await all()
  await git(bare, ['pack-refs', '--all'])
  await all()
  await git(bare, ['gc', '--quiet'])
  await all()
  expect(await head('better')).toBe(commit)
})

test('the server opens changes and merges them', async () => {
  await using place = await createPlace()
  await git(place.work, ['switch', '--quiet', '-c', 'better'])
  await commitAll(place.work, { files: { 'flow.txt': 'two\n' } })
  await place.push('better')
  await using opened = await openForgeIn(place.bare)
  const { forge, repository } = opened
  const change = { branch: 'better', title: 'Better', description: '', author: 'account-of-ann' }
  const reference = await forge.open(change)
  const { head = '', base = '' } = (await forge.get(reference)) ?? {}
  const { tree } = (await repository.mergeTree(base, head)) as { tree: string }
  const request = { head, base, tree, message: 'Merge', author: ann }
  const result = await forge.merge(reference, request)
  expect(result).toEqual({ merged: true, commit: await place.head('main') })
})

test('a branch may be called as git allows, and the hook is put there again', async () => {
  const branch = `it's"$(id>x)&;`
  await using place = await createPlace({ branch })
  const { bare, work, push, hooks } = place
  await commitAll(work, { files: { 'flow.txt': 'two\n' } })
  await expect(push(`HEAD:refs/heads/${branch}`)).rejects.toThrow('is protected')
  await push('HEAD:main')
  expect(await protectBranch(bare, branch)).toEqual(hooks)
  expect(await readdir(bare)).not.toContain('x')
})

test('it is refused where it would not hold or take something away', async () => {
  await using place = await createPlace()
  const { bare, work, hooks } = place
  await expect(protectBranch(work, 'main')).rejects.toMatchObject({ code: 'repository-not-bare' })
  await expect(protectBranch(bare, 'none')).rejects.toMatchObject({ code: 'branch-missing' })
  await git(bare, ['config', 'core.hooksPath', '/elsewhere'])
  await expect(protectBranch(bare, 'main')).rejects.toMatchObject({ code: 'hook-in-the-way' })
  await git(bare, ['config', '--unset', 'core.hooksPath'])
  expect(hooks).toHaveLength(2)
  for (const hook of hooks) {
    const text = await readFile(hook, 'utf8')
    await writeFile(hook, '#!/bin/sh\nexit 0\n')
    await expect(protectBranch(bare, 'main')).rejects.toMatchObject({ code: 'hook-in-the-way' })
    expect(await readFile(hook, 'utf8')).toBe('#!/bin/sh\nexit 0\n')
    await writeFile(hook, text)
  }
})

const isRoot = process.getuid?.() === 0
const author = 12_345

test.runIf(isRoot)(
  'another user of the system pushes branches, and cannot push the protected one or change the hook',
  async () => {
    await using place = await createPlace()
    const { folder, bare, hooks, base, head } = place
    const home = path.join(folder, 'home')
    await mkdir(home)
    await writeFile(path.join(home, '.gitconfig'), '[safe]\n\tdirectory = *\n')
    await chown(home, author, author)
    await chmod(folder, 0o755)
    // As a group that may write what pushes need, and nothing else.
    await git(bare, ['config', 'core.sharedRepository', 'group'])
    const shared = ['objects', 'refs'].map((name) => path.join(bare, name))
    await execute('chgrp', ['-R', String(author), ...shared])
    await execute('chmod', ['-R', 'g+ws', ...shared])
    const asAuthor = (args: string[], cwd = home) =>
      execute('git', args, {
        cwd,
        uid: author,
        gid: author,
        env: {
          PATH: process.env['PATH'],
          HOME: home,
          GIT_AUTHOR_NAME: 'A',
          GIT_AUTHOR_EMAIL: 'a@example.org',
          GIT_COMMITTER_NAME: 'A',
          GIT_COMMITTER_EMAIL: 'a@example.org',
        },
      })
    await asAuthor(['clone', '--quiet', `file://${bare}`, 'clone'])
    const clone = path.join(home, 'clone')
    await asAuthor(['commit', '--quiet', '--allow-empty', '--message', 'Edit'], clone)
    const pushing = asAuthor(['push', '--quiet', 'origin', 'HEAD:main'], clone)
    await expect(pushing).rejects.toThrow('refs/heads/main is protected')
    await asAuthor(['push', '--quiet', 'origin', 'HEAD:better'], clone)
    expect(await head('main')).toBe(base)
    expect(await head('better')).not.toBe(base)
    const removing = execute('rm', ['-f', ...hooks], { uid: author, gid: author })
    await expect(removing).rejects.toThrow('Permission denied')
  },
)

const execute = promisify(execFile)

import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { git, initRepository, temporaryFolder } from './git-samples.ts'
import { keepGit } from './keep-git.ts'
import { openGitPlace } from './open-git-place.ts'
import { readCommit, readObjects, treeOf } from './read-objects.ts'
import { gitEnvironment } from './run-git.ts'
import { newObjects } from './write-objects.ts'

async function createPlace(format: 'sha1' | 'sha256' = 'sha1') {
  const { folder, ...disposable } = await temporaryFolder()
  const repository = path.join(folder, 'repository.git')
  await initRepository(repository, { bare: true, format })
  const place = await openGitPlace(repository)
  return {
    place,
    run: (...args: string[]) => git(repository, args),
    async [Symbol.asyncDispose]() {
      await place[Symbol.asyncDispose]()
      await disposable[Symbol.asyncDispose]()
    },
  }
}

describe.each(['sha1', 'sha256'] as const)('objects of a repository with %s', (format) => {
  it('are what git itself makes of the same, and git finds nothing wrong with them', async () => {
    await using world = await createPlace(format)
    const { place, run } = world
    const sizes = [0, 15, 16, 2047, 2048, 300_000]
    const texts = sizes.map((size) => 'a\n'.repeat(size).slice(0, size))
    const objects = newObjects(place)
    const blobs = texts.map((text) => objects.blob(text))
    const files = new Map(blobs.map((hash, i) => [`file-${sizes[i]}`, hash]))
    const tree = objects.tree(files)
    const message = 'Größe\n\nNo end of a line'
    const at = new Date('2026-03-01T12:00:00Z')
    const first = objects.commit({ tree, parents: [], message, at })
    const second = objects.commit({ tree, parents: [first], message, at })
    expect(await readObjects(place, [second], 9999)).toEqual([null])
    await objects.write()
    expect(await run('fsck', '--strict', '--no-dangling')).toBe('')
    expect(await run('log', '--format=%an|%ce|%at|%T|%P|%B', second, '-1')).toBe(
      `Proofloop|proofloop@localhost|${at.getTime() / 1000}|${tree}|${first}|${message}`,
    )
    const found = await readObjects(place, blobs, 300_000)
    expect(found.map((object) => object?.content.toString())).toEqual(texts)
    expect(await run('ls-tree', '--name-only', second)).toBe(
      [...files.keys()].toSorted().join('\n'),
    )
    expect(await readCommit(place, second)).toEqual({ tree, parents: [first] })
    expect([await treeOf(place, second), await treeOf(place, tree)]).toEqual([tree, tree])
  })
})

describe('a git process that stays', () => {
  it('tells what is not there, or larger than is wanted, and goes on', async () => {
    await using world = await createPlace()
    const { place, run } = world
    const objects = newObjects(place)
    const hash = objects.blob('four')
    const folder = objects.tree(new Map([['a', hash]]))
    await objects.write()
    const missing = 'a'.repeat(40)
    const names = [missing, hash, `${folder}:a`, `${folder}:b`, `${missing}:a`]
    const read = async (most: number) =>
      (await readObjects(place, names, most)).map((object) => object?.content.toString() ?? null)
    expect(await read(4)).toEqual([null, 'four', 'four', null, null])
    expect(await read(3)).toEqual([null, null, null, null, null])
    expect([await treeOf(place, missing), await readCommit(place, hash)]).toEqual([null, null])
    // What is packed, and what others write meanwhile, is found, too.
    await run('repack', '-adk', '--quiet')
    const other = newObjects(place)
    names.push(other.blob('more'))
    await other.write()
    expect(await read(4)).toEqual([null, 'four', 'four', null, null, 'more'])
  })

  it('is started again when it has ended, or did not answer in time', async () => {
    await using world = await createPlace()
    const { folder, ...disposable } = await temporaryFolder()
    await using _folder = disposable
    const environment = { ...gitEnvironment(), GIT_DIR: world.place.gitFolder }
    const args = ['cat-file', '--batch-command']
    const kept = { args, environment, folder, signal: undefined, time: 120_000 }
    await using git = keepGit(kept)
    const ask = (question: string) =>
      git.ask(({ say, line }) => {
        say(question)
        return line()
      })
    expect(await ask('info none\n')).toBe('none missing')
    await expect(ask('nothing that it knows\n')).rejects.toMatchObject({
      code: 'git-failed',
      cause: new Error("fatal: unknown command: 'nothing that it knows'\n"),
    })
    expect(await ask('info none\n')).toBe('none missing')
    kept.time = 1000
    await expect(ask('')).rejects.toThrow('git cat-file was ended, since it took more than 1 sec')
    kept.time = 120_000
    expect(await Promise.all([ask('info a\n'), ask('info b\n')])).toEqual([
      'a missing',
      'b missing',
    ])
  })
})

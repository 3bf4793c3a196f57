import { describe, expect, it } from 'vitest'
import { commitAll, type Files, git, temporaryFolder } from '../git/git-samples.ts'
import type { ForgeCheck, ForgeDeployment, ForgePerson, MergeRequest, OpenForge } from './forge.ts'

type Author = { name: string; email: string }

/** A forge with an empty list of changes, and the repository behind it, whose protected branch is `main`. */
export type ForgePlace = AsyncDisposable & {
  /** Where its authors push to with git: a folder. */
  origin: string
  /** Somebody whom the forge knows by the mail address of their commits. */
  author: Author & { person: ForgePerson }
  colleague: Author & { person: ForgePerson }
  /** As another process does. */
  open(): Promise<OpenForge>
  /** What people see there of a change. */
  told(reference: string): Promise<{
    checks: ForgeCheck[]
    comments: string[]
    deployments: ForgeDeployment[]
  }>
}

/** Somebody at a terminal with a clone of the forge's repository. */
async function createAuthor({ origin, author }: ForgePlace) {
  const place = await temporaryFolder()
  const clone = `${place.folder}/clone`
  await git(place.folder, ['clone', '--quiet', `file://${origin}`, 'clone'])
  const run = (args: string[]) => git(clone, args, { person: author })
  const onto = async (from: string): Promise<void> => {
    await run(['fetch', '--quiet', '--prune', 'origin'])
    await run(['switch', '--quiet', '--detach', from])
  }
  const commit = (files: Files, person: Author = author) =>
    commitAll(clone, { files, person, message: `Edit ${Object.keys(files).join(', ')}` })
  return {
    run,
    /** One commit on what the forge has of the branch, else on `main`. */
    async push(branch: string, files: Files, person?: Author) {
      const isThere = await run(['ls-remote', '--heads', 'origin', branch])
      await onto(isThere === '' ? 'origin/main' : `origin/${branch}`)
      const hash = await commit(files, person)
      await run(['push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`])
      return hash
    },
    /** The branch is then one commit on `from`, whatever it was. */
    async forcePush(branch: string, from: string, files: Files) {
      await onto(from)
      const hash = await commit(files)
      await run(['push', '--quiet', '--force', 'origin', `HEAD:refs/heads/${branch}`])
      return hash
    },
    remove: (branch: string) => run(['push', '--quiet', 'origin', `:refs/heads/${branch}`]),
    async head(branch: string) {
      const [hash = ''] = (await run(['ls-remote', 'origin', `refs/heads/${branch}`])).split('\t')
      return hash
    },
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  }
}

async function createWorld(createPlace: () => Promise<ForgePlace>) {
  const place = await createPlace()
  const author = await createAuthor(place)
  const opened = await place.open()
  const { forge, repository } = opened
  const get = async (reference: string) => {
    const change = await forge.get(reference)
    if (change === null) throw new Error(`There is no ${reference}.`)
    return change
  }
  return {
    place,
    author,
    forge,
    repository,
    get,
    open: (branch: string, title = 'Better') =>
      forge.open({ branch, title, description: '', author: place.author.person }),
    /** To merge what there is now. */
    async tested(reference: string): Promise<MergeRequest> {
      const { head, base } = await get(reference)
      const merge = await repository.mergeTree(base, head)
      return {
        head,
        base,
        tree: 'tree' in merge ? merge.tree : '0'.repeat(base.length),
        message: 'Merge it\n\nBecause it is better.',
        author: { name: 'Cora', email: 'cora@example.org' },
      }
    },
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]()
      await author[Symbol.asyncDispose]()
      await place[Symbol.asyncDispose]()
    },
  }
}

/** Every behaviour that a forge owes the engine. */
export function describeForgeContract(name: string, createPlace: () => Promise<ForgePlace>): void {
  const open = () => createWorld(createPlace)

  describe(`changes of ${name}`, () => {
    it('are opened once for a branch, and shown as they stand', async () => {
      await using world = await open()
      const { author, forge } = world
      const base = await author.head('main')
      const head = await author.push('better', { 'flow.txt': 'two\n' })
      const reference = await world.open('better', 'Make it better')
      expect(await world.open('better', 'Make it better')).toBe(reference)
      expect(await forge.get(reference)).toMatchObject({
        reference,
        title: 'Make it better',
        description: '',
        branch: 'better',
        state: 'open',
        head,
        base,
        commits: 1,
        mergedAs: null,
        reviews: [],
      })
      expect(await forge.get('nothing')).toBeNull()
      expect(await forge.get('')).toBeNull()
    })

    it('are opened once by two processes at once', async () => {
      await using world = await open()
      await world.author.push('better', { 'flow.txt': 'two\n' })
      await using other = await world.place.open()
      const change = {
        branch: 'better',
        title: 'Better',
        description: '',
        author: world.place.author.person,
      }
      const references = await Promise.all([world.forge.open(change), other.forge.open(change)])
      expect(new Set(references).size).toBe(1)
    })

    it('are refused for a branch that is not there, or has nothing of its own', async () => {
      await using world = await open()
      await world.author.run(['push', '--quiet', 'origin', 'origin/main:refs/heads/same'])
      for (const branch of ['none', 'same', 'main']) {
        await expect(world.open(branch)).rejects.toMatchObject({ code: 'forge-refused' })
      }
    })

    it('follow what is pushed, also by force, and the protected branch', async () => {
      await using world = await open()
      const { author, get } = world
      const begin = await author.head('main')
      await author.push('better', { 'flow.txt': 'two\n' })
      const reference = await world.open('better')
      const second = await author.push('better', { 'more.txt': 'more\n' })
      expect(await get(reference)).toMatchObject({ head: second, base: begin, commits: 2 })
      const forced = await author.forcePush('better', begin, { 'flow.txt': 'three\n' })
      expect(await get(reference)).toMatchObject({ head: forced, commits: 1, state: 'open' })
      const base = await author.push('main', { 'other.txt': 'x\n' })
      expect(await get(reference)).toMatchObject({ head: forced, base, state: 'open' })
      expect(await world.repository.mergeTree(base, forced)).toHaveProperty('tree')
    })

    it('name those who wrote their commits', async () => {
      await using world = await open()
      const { colleague, author: own } = world.place
      await world.author.push('better', { 'flow.txt': 'two\n' })
      await world.author.push('better', { 'flow.txt': 'three\n' }, colleague)
      const reference = await world.open('better')
      const { writers } = await world.get(reference)
      expect(writers).toEqual(expect.arrayContaining([own.person, colleague.person]))
      expect(writers).toHaveLength(2)
    })

    it('may have 200 commits', async () => {
      await using world = await open()
      const { author } = world
      await author.run(['switch', '--quiet', '--detach', 'origin/main'])
      for (let i = 0; i < 200; i++) {
        await author.run(['commit', '--quiet', '--allow-empty', '--message', `Step ${i}`])
      }
      await author.run(['push', '--quiet', 'origin', 'HEAD:refs/heads/long'])
      await author.push('long', { 'flow.txt': 'two\n' })
      const reference = await world.open('long')
      expect(await world.get(reference)).toMatchObject({ commits: 201 })
    })

    it('are closed when their branch is deleted', async () => {
      await using world = await open()
      const head = await world.author.push('better', { 'flow.txt': 'two\n' })
      const reference = await world.open('better')
      const request = await world.tested(reference)
      await world.author.remove('better')
      expect(await world.get(reference)).toMatchObject({ state: 'closed', head, mergedAs: null })
      expect(await world.forge.merge(reference, request)).toMatchObject({
        merged: false,
        why: 'closed',
      })
    })

    it('are closed by a call, as often as it is made, and merged no more', async () => {
      await using world = await open()
      const { author, forge, get } = world
      const head = await author.push('better', { 'flow.txt': 'two\n' })
      const reference = await world.open('better')
      const { cursor } = await forge.events(null)
      const request = await world.tested(reference)
      expect(await forge.close(reference)).toBe('closed')
      expect(await forge.close(reference)).toBe('closed')
      expect(await get(reference)).toMatchObject({ state: 'closed', head, mergedAs: null })
      expect(await author.head('better')).toBe(head)
      expect((await forge.events(cursor)).references).toEqual([reference])
      const no = { merged: false, why: 'closed' }
      expect(await forge.merge(reference, request)).toMatchObject(no)
      // The branch may be proposed again; what is merged stays merged.
      const again = await world.open('better')
      expect((await forge.merge(again, await world.tested(again))).merged).toBe(true)
      expect(await forge.close(again)).toBe('merged')
      expect((await get(again)).state).toBe('merged')
    })

    it('show the newest of each check, one comment and each deployment, told how often ever', async () => {
      await using world = await open()
      const { forge, place } = world
      const head = await world.author.push('better', { 'flow.txt': 'two\n' })
      const reference = await world.open('better')
      const check: ForgeCheck = {
        name: 'functional',
        commit: head,
        state: 'running',
        title: 'Runs',
        summary: '',
      }
      const gate: ForgeCheck = { ...check, name: 'gate', state: 'queued', title: 'Waits' }
      const done: ForgeCheck = {
        ...check,
        state: 'passed',
        title: 'Passed',
        summary: '**All** `3`',
      }
      for (const told of [check, gate, done, done]) await forge.setCheck(reference, told)
      for (const text of ['One', '# Two\n\nüñ', '# Two\n\nüñ']) await forge.comment(reference, text)
      const asked: ForgeDeployment = {
        commit: head,
        environment: 'production',
        state: 'requested',
        description: 'May be deployed',
      }
      const stopped: ForgeDeployment = { ...asked, state: 'stopped', description: 'Is not' }
      for (const told of [asked, stopped, stopped]) await forge.setDeployment(reference, told)
      const { checks, comments, deployments } = await place.told(reference)
      expect(checks.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([done, gate])
      expect(comments).toEqual(['# Two\n\nüñ'])
      expect(deployments).toEqual([stopped])
    })

    it('are told to have happened when they are opened, pushed to or merged', async () => {
      await using world = await open()
      const { author, forge } = world
      const none = await forge.events(null)
      expect(none.references).toEqual([])
      await author.push('better', { 'flow.txt': 'two\n' })
      const reference = await world.open('better')
      const opened = await forge.events(none.cursor)
      expect(opened.references).toEqual([reference])
      await author.push('better', { 'flow.txt': 'three\n' })
      const pushed = await forge.events(opened.cursor)
      expect(pushed.references).toEqual([reference])
      expect((await forge.events(null)).references).toEqual([reference])
      expect((await forge.merge(reference, await world.tested(reference))).merged).toBe(true)
      const merged = await forge.events(pushed.cursor)
      expect(merged.references).toEqual([reference])
      expect((await forge.events(null)).references).toEqual([])
    })
  })

  describe(`a merge on ${name}`, () => {
    it('is of what was tested: one commit of base and head, with their tree', async () => {
      await using world = await open()
      const { author, forge, get, repository } = world
      await author.push('better', { 'flow.txt': 'two\n' })
      const base = await author.push('main', { 'other.txt': 'x\n' })
      const reference = await world.open('better')
      const request = await world.tested(reference)
      const result = await forge.merge(reference, request)
      expect(result).toEqual({ merged: true, commit: await author.head('main') })
      const change = await get(reference)
      expect(change).toMatchObject({ state: 'merged', mergedAs: await author.head('main') })
      const mergedAs = change.mergedAs ?? ''
      expect(await repository.commitOf('main')).toBe(mergedAs)
      await author.run(['fetch', '--quiet', 'origin'])
      expect(await author.run(['log', '-1', '--format=%T %P', mergedAs])).toBe(
        `${request.tree} ${base} ${request.head}`,
      )
      expect(await author.run(['log', '-1', '--format=%B', mergedAs])).toContain(request.message)
    })

    it('answers the same when it is asked for again, also by another process', async () => {
      await using world = await open()
      await world.author.push('better', { 'flow.txt': 'two\n' })
      const reference = await world.open('better')
      const request = await world.tested(reference)
      await using other = await world.place.open()
      const [first, second] = await Promise.all([
        world.forge.merge(reference, request),
        other.forge.merge(reference, request),
      ])
      expect(first).toEqual({ merged: true, commit: await world.author.head('main') })
      expect(second).toEqual(first)
      await world.author.push('main', { 'later.txt': 'x\n' })
      expect(await world.forge.merge(reference, request)).toEqual(first)
    })

    it('is not done when head, base or tree are others than those that were tested', async () => {
      await using world = await open()
      const { author, forge } = world
      await author.push('better', { 'flow.txt': 'two\n' })
      const reference = await world.open('better')
      const first = await world.tested(reference)
      await author.push('better', { 'flow.txt': 'three\n' })
      const moved = { merged: false, why: 'moved' }
      expect(await forge.merge(reference, first)).toMatchObject(moved)
      const second = await world.tested(reference)
      expect(await forge.merge(reference, { ...second, tree: first.tree })).toMatchObject(moved)
      const base = await author.push('main', { 'other.txt': 'x\n' })
      expect(await forge.merge(reference, second)).toMatchObject(moved)
      expect(await author.head('main')).toBe(base)
      expect(await forge.merge(reference, await world.tested(reference))).toHaveProperty('commit')
    })

    it('is not done of what was force-pushed away', async () => {
      await using world = await open()
      const { author, forge } = world
      const base = await author.head('main')
      await author.push('better', { 'flow.txt': 'two\n' })
      const reference = await world.open('better')
      const request = await world.tested(reference)
      await author.forcePush('better', base, { 'flow.txt': 'worse\n' })
      expect(await forge.merge(reference, request)).toMatchObject({ merged: false, why: 'moved' })
      expect(await author.head('main')).toBe(base)
    })

    it('lands one of two that change the same line, and tells the other', async () => {
      await using world = await open()
      const { author, forge } = world
      const references: string[] = []
      for (const branch of ['left', 'right']) {
        await author.push(branch, { 'flow.txt': `${branch}\n` })
        references.push(await world.open(branch))
      }
      const [left = '', right = ''] = references
      const before = await world.tested(right)
      expect(await forge.merge(left, await world.tested(left))).toHaveProperty('commit')
      expect(await forge.merge(right, before)).toMatchObject({ merged: false, why: 'moved' })
      const now = await world.tested(right)
      expect(await forge.merge(right, now)).toMatchObject({ merged: false, why: 'conflict' })
      expect(await world.get(right)).toMatchObject({ state: 'open', mergedAs: null })
    })
  })
}

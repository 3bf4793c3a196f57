import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp-folder.ts'
import { GroupCommit } from './group-commit.ts'
import type { SqliteStep, WorkerReply, WriterRequest } from './worker-protocol.ts'

/** A table of one column, and everything that is replied. */
function setUp() {
  const database = new DatabaseSync(':memory:')
  database.exec('create table rows (value text primary key)')
  const replies: WorkerReply[] = []
  const group = new GroupCommit(database, (more) => replies.push(...more))
  const values = () => {
    return database
      .prepare('select value from rows order by value')
      .all()
      .map(({ value }) => value)
  }
  return { database, replies, group, values }
}

function insert(...values: string[]): SqliteStep[] {
  return values.map((value) => ({
    sql: 'insert into rows values (?)',
    parameters: [value],
  }))
}

const nothing = {
  sql: "delete from rows where value = 'none'",
  parameters: [],
  required: true as const,
}

it('answers nothing before the commit, then all of the group', () => {
  const { group, replies } = setUp()
  group.run(1, insert('a'))
  group.run(2, insert('b', 'c'))
  expect(replies).toEqual([])
  group.commit()
  expect(replies.map(({ id }) => id)).toEqual([1, 2])
})

it('undoes a transaction that fails alone', () => {
  const { group, replies, values } = setUp()
  group.run(1, insert('a'))
  group.run(2, insert('b', 'a', 'c'))
  group.run(3, insert('a'))
  group.run(4, insert('d'))
  group.commit()
  expect(values()).toEqual(['a', 'd'])
  const failed = replies.filter((reply) => 'failure' in reply)
  expect(failed.map(({ id }) => id)).toEqual([2, 3])
  expect(failed[0]).toMatchObject({ failure: { errcode: 1555 } })
})

it('undoes a transaction whose required step touches nothing', () => {
  const { group, replies, values } = setUp()
  group.run(1, [...insert('a'), nothing])
  group.run(2, [nothing])
  group.run(3, insert('b'))
  group.commit()
  expect(values()).toEqual(['b'])
  expect(replies.slice(0, 2)).toEqual([
    { id: 1, results: null },
    { id: 2, results: null },
  ])
})

it('keeps or undoes a transaction that lasts, without those that wait with it', () => {
  const { group, values, replies } = setUp()
  const query = (value: string): WriterRequest => ({
    kind: 'query',
    statement: { sql: 'insert into rows values (?)', parameters: [value] },
  })
  group.run(1, insert('a'))
  group.run(2, { kind: 'begin' })
  group.run(3, query('b'))
  expect(group.held).toBe(true)
  group.run(4, { kind: 'end', keep: false })
  group.run(5, { kind: 'begin' })
  group.run(6, query('c'))
  group.run(7, { kind: 'end', keep: true })
  group.commit()
  expect(values()).toEqual(['a', 'c'])
  expect(replies.filter((reply) => 'failure' in reply)).toEqual([])
})

it('fails what waits when the engine undoes everything', () => {
  const { group, database, replies, values } = setUp()
  group.run(1, insert('a'))
  // What a full disk does.
  database.exec('rollback')
  group.run(2, { kind: 'end', keep: true })
  group.run(3, insert('b'))
  group.commit()
  expect(replies.map((reply) => [reply.id, 'failure' in reply])).toEqual([
    [1, true],
    [2, true],
    [3, false],
  ])
  expect(values()).toEqual(['b'])
})

it('refuses queries of a transaction that was lost', () => {
  const { group, replies } = setUp()
  group.run(1, { kind: 'query', statement: { sql: 'select 1', parameters: [] } })
  group.run(2, { kind: 'end', keep: true })
  group.run(3, { kind: 'end', keep: false })
  group.commit()
  expect(replies).toMatchObject([
    { id: 1, failure: {} },
    { id: 2, failure: {} },
  ])
})

it('waits for a program that holds the database once for all that wait, not for each', async () => {
  await using place = await tempFolder()
  const file = place.path('held.db')
  using other = new DatabaseSync(file)
  other.exec('create table rows (value text primary key); begin immediate')
  using database = new DatabaseSync(file, { timeout: 50 })
  const replies: WorkerReply[] = []
  const group = new GroupCommit(database, (more) => replies.push(...more))
  group.run(1, insert('a'))
  other.exec('rollback')
  group.run(2, insert('b'))
  group.run(3, { kind: 'begin' })
  group.commit()
  expect(replies).toMatchObject([1, 2, 3].map((id) => ({ id, failure: { errcode: 5 } })))
  expect(group.held).toBe(false)
  group.run(4, insert('c'))
  group.commit()
  expect(replies.at(-1)).toMatchObject({ id: 4, results: [1] })
})

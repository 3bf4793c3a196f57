import { mkdir, readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, it } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp-folder.ts'
import { SqliteWriter } from './sqlite-writer.ts'

const insert = (value: number) => [{ sql: 'insert into rows values (?)', parameters: [value] }]

/** Frames of a write-ahead log that end a transaction: their headers tell the size of the database. */
async function commitsIn(log: string): Promise<number> {
  const bytes = await readFile(log)
  const frame = 24 + bytes.readUInt32BE(8)
  const starts = Array.from({ length: (bytes.length - 32) / frame }, (_, i) => 32 + i * frame)
  return starts.filter((start) => bytes.readUInt32BE(start + 4) > 0).length
}

it('makes durable with one commit what is asked in one tick, however many parcels it takes', async () => {
  await using place = await tempFolder()
  const file = place.path('rows.db')
  await using writer = new SqliteWriter({ file, patience: 1000 })
  await writer.write([{ sql: 'create table rows (value integer primary key)', parameters: [] }])
  expect(await commitsIn(`${file}-wal`)).toBe(1)
  const writes = Array.from({ length: 25 }, (_, i) => writer.write(insert(i)))
  expect(await Promise.all(writes)).toEqual(Array.from({ length: 25 }, () => [1]))
  expect(await commitsIn(`${file}-wal`)).toBe(2)
  await writer.write(insert(25))
  expect(await commitsIn(`${file}-wal`)).toBe(3)
})

it('tells each of one tick what came of it, in whichever parcel it was', async () => {
  await using place = await tempFolder()
  await using writer = new SqliteWriter({ file: place.path('rows.db'), patience: 1000 })
  await writer.write([{ sql: 'create table rows (value integer primary key)', parameters: [] }])
  const values = [1, 2, 1, 3, 2, 4, 5]
  const told = await Promise.allSettled(values.map((value) => writer.write(insert(value))))
  expect(told.map(({ status }) => status === 'fulfilled')).toEqual(
    values.map((value, i) => values.indexOf(value) === i),
  )
})

it('refuses all of one tick when the database cannot be opened', async () => {
  await using place = await tempFolder()
  const file = place.path('later/rows.db')
  const create = [{ sql: 'create table rows (value integer)', parameters: [] }]
  {
    await using writer = new SqliteWriter({ file, patience: 1000 })
    const told = await Promise.allSettled(Array.from({ length: 5 }, () => writer.write(create)))
    expect(told).toMatchObject(
      Array.from({ length: 5 }, () => ({ status: 'rejected', reason: { errcode: 14 } })),
    )
  }
  await mkdir(path.dirname(file))
  await using writer = new SqliteWriter({ file, patience: 1000 })
  expect(await writer.write(create)).toEqual([0])
})

it('takes nothing once it is closed: another process may have the file', async () => {
  await using place = await tempFolder()
  const writer = new SqliteWriter({ file: place.path('rows.db'), patience: 1000 })
  await writer.write([{ sql: 'create table rows (value integer primary key)', parameters: [] }])
  await writer[Symbol.asyncDispose]()
  await expect(writer.write(insert(1))).rejects.toThrow('The database is closed.')
  const unused = new SqliteWriter({ file: place.path('other.db'), patience: 1000 })
  await unused[Symbol.asyncDispose]()
  await expect(unused.write(insert(1))).rejects.toThrow('The database is closed.')
  expect(await readdir(place.folder)).toEqual(['rows.db'])
})

import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { pendingMigrations, readMigrations } from './migrate.ts'
import { openStore } from './open-store.ts'

const step = (number: number, hash = `hash ${number}`) => ({
  number,
  name: `00${number}-step`,
  sql: '',
  hash,
})

it('runs what was not applied, in order', () => {
  const known = [step(1), step(2), step(3)]
  expect(pendingMigrations(known, [])).toEqual(known)
  expect(pendingMigrations(known, [step(1), step(2)])).toEqual([step(3)])
})

it('refuses data of a newer version', () => {
  expect(() => pendingMigrations([step(1)], [step(1), step(2)])).toThrow(
    /written by a newer Proofloop \(its tables have 002-step,/,
  )
  // Also when its number is between those that are known.
  expect(() => pendingMigrations([step(1), step(3)], [step(2)])).toThrow(/have 002-step/)
})

it('refuses a step that is not the one that was applied', () => {
  expect(() => pendingMigrations([step(1)], [step(1, 'other')])).toThrow(/001-step/)
})

it('gives each step of an engine a number of its own', async () => {
  for (const engine of ['sqlite', 'postgres'] as const) {
    const numbers = (await readMigrations(engine)).map(({ number }) => number)
    expect(numbers).toEqual([...new Set(numbers)].toSorted((one, other) => one - other))
  }
})

it('leaves data of a newer version as they are', async () => {
  await using place = await tempFolder()
  await (await openStore({ dataFolder: place.folder }))[Symbol.asyncDispose]()
  {
    using database = new DatabaseSync(place.path('proofloop.db'))
    database.exec("insert into proofloop_migrations values ('999-later', 999, 'hash', 0)")
  }
  await expect(openStore({ dataFolder: place.folder })).rejects.toMatchObject({
    name: 'UserFacingError',
    code: 'store-newer',
    message: expect.stringContaining('999-later'),
  })
})

it('undoes all steps when one fails', async () => {
  await using place = await tempFolder()
  {
    using database = new DatabaseSync(place.path('proofloop.db'))
    database.exec('create table answers (key text)')
  }
  await expect(openStore({ dataFolder: place.folder })).rejects.toThrow(/answers already exists/)
  using database = new DatabaseSync(place.path('proofloop.db'))
  const tables = database.prepare("select name from sqlite_master where type = 'table'").all()
  expect(tables.map(({ name }) => name)).toEqual(['answers'])
})

it('changes no tables under a server of an older version', async () => {
  await using place = await tempFolder()
  const { folder: dataFolder } = place
  const command = { dataFolder, exclusive: false }
  {
    await using _server = await openStore({ dataFolder })
    await (await openStore(command))[Symbol.asyncDispose]()
    using database = new DatabaseSync(place.path('proofloop.db'))
    // As if this step were a new one: run again, it fails.
    database.exec("delete from proofloop_migrations where name like '013-%'")
    await expect(openStore(command)).rejects.toMatchObject({ code: 'store-older' })
  }
  await expect(openStore(command)).rejects.toThrow(/duplicate column/)
})

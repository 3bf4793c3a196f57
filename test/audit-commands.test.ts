import { readFile, rename, writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { openStore } from '../src/store/open-store.ts'
import { runInProcess } from './helpers/run-in-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

/** A log of five entries, and a way to change its file behind the server's back. */
async function createLog() {
  const folder = await tempFolder()
  const dataFolder = folder.path('.proofloop')
  {
    await using store = await openStore({ dataFolder, now: () => 1 })
    const events = ['a', 'b', 'c', 'd', 'e'].map((subject) => ({
      actor: 'ann',
      action: 'exported' as const,
      subject,
    }))
    await store.audit.append(events)
  }
  return {
    path: folder.path,
    run: (...words: string[]) => runInProcess(['audit', ...words], folder.folder),
    change(statement: string) {
      using file = new DatabaseSync(`${dataFolder}/proofloop.db`)
      for (const name of ['never_changes', 'never_goes', 'never_replaced']) {
        file.exec(`drop trigger if exists audit_log_${name}`)
      }
      file.exec(statement)
    },
    [Symbol.asyncDispose]: folder[Symbol.asyncDispose],
  }
}

test('a head that is kept is found again in a log as it was written', async () => {
  await using log = await createLog()
  const { stdout: head } = await log.run('head')
  expect(head).toMatch(/^5:[0-9a-f]{64}\n$/)
  expect(JSON.parse((await log.run('head', '--json')).stdout)).toMatchObject({ sequence: 5 })
  const alone = await log.run('verify')
  expect(alone).toMatchObject({ exitCode: 0, stderr: '' })
  expect(alone.stdout).toBe(
    `As written: 5 entries, up to ${head.trim()}. Whether newer ones were cut off, only a head that was kept elsewhere tells: give it with --head.\n`,
  )
  const kept = await log.run('verify', '--head', head.trim())
  expect(kept).toMatchObject({ exitCode: 0 })
  expect(kept.stdout).toContain('The head that you kept is among them.')
})

test.each([
  {
    what: 'a gap',
    change: 'delete from audit_log where sequence = 2',
    told: 'entry 3 (missing)',
    alone: 1,
  },
  {
    what: 'a changed row',
    change: "update audit_log set subject = 'x' where sequence = 4",
    told: 'entry 4 (changed)',
    alone: 1,
  },
  {
    what: 'a cut tail',
    change: 'delete from audit_log where sequence > 3',
    told: 'entry 4 (missing)',
    alone: 0,
  },
])('$what is found', async ({ change, told, alone }) => {
  await using log = await createLog()
  const head = (await log.run('head')).stdout.trim()
  log.change(change)
  const kept = await log.run('verify', '--head', head)
  expect(kept).toMatchObject({ exitCode: 1, stdout: expect.stringContaining(told) })
  expect((await log.run('verify')).exitCode).toBe(alone)
  const json = JSON.parse((await log.run('verify', '--head', head, '--json')).stdout)
  expect(json).toMatchObject({ fault: { sequence: expect.any(Number) } })
})

test('an export is checked without a store, and shows what was done to it', async () => {
  await using log = await createLog()
  const file = log.path('audit.jsonl')
  const head = (await log.run('head')).stdout.trim()
  const made = await log.run('export', 'audit.jsonl')
  expect(made).toMatchObject({ exitCode: 0, stderr: '' })
  expect(made.stdout).toBe(`Wrote 5 entries to audit.jsonl, up to ${head}.\n`)
  await rename(log.path('.proofloop'), log.path('away'))
  const check = (...words: string[]) => log.run('verify', 'audit.jsonl', ...words)
  const good = await check('--head', head)
  expect(good).toMatchObject({ exitCode: 0, stderr: '' })
  expect(good.stdout).toContain(`As written: 5 entries, up to ${head}.`)

  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
  const changes: [string[], string, ...string[]][] = [
    [lines.toSpliced(1, 1), 'entry 3 (missing)'],
    [lines.slice(1), 'entry 2 (missing)'],
    [lines.with(3, lines[3]?.replace('"ann"', '"bob"') ?? ''), 'entry 4 (changed)'],
    [lines.slice(0, 3), 'entry 4 (missing)', '--head', head],
    [[...lines.slice(0, 2), ...lines.slice(0, 2)], 'entry 1 (missing)'],
  ]
  for (const [changed, told, ...words] of changes) {
    await writeFile(file, `${changed.join('\n')}\n`)
    const found = await check(...words)
    expect(found).toMatchObject({ exitCode: 1, stdout: expect.stringContaining(told) })
  }
  for (const line of ['{}', 'x', lines[0]?.replace('{', '{"more":1,') ?? '']) {
    await writeFile(file, `${line}\n`)
    const malformed = await check()
    expect(malformed).toMatchObject({ exitCode: 2 })
    expect(malformed.stderr).toContain('Line 1 of audit.jsonl is no entry of an audit log')
  }
  const none = await log.run('verify', 'none.jsonl')
  expect(none.stderr).toContain('[audit-file-unreadable]')
  const nowhere = await log.run('export', 'none/audit.jsonl', '--data', 'away')
  expect(nowhere.stderr).toContain('[audit-not-written]')
})

test('what is no head, and a place without a log, are told', async () => {
  await using log = await createLog()
  const invalid = await log.run('verify', '--head', '5')
  expect(invalid).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[audit-head-inv') })
  const nothing = await log.run('head', '--data', 'other')
  expect(nothing).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[store-missing]') })
})

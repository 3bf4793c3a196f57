import { expect, test } from 'vitest'
import { asker, cookieOf, serverProcess } from './helpers/server-process.ts'
import { dropDatabase } from './helpers/postgres-server.ts'
import { createStoreDatabase } from './helpers/store-database.ts'
import { runInProcess } from './helpers/run-in-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

test('a review on the command line is on the page of a server on PostgreSQL', async () => {
  await using folder = await tempFolder({
    'letter.txt': 'We guarantee that this plan always pays.',
  })
  const env = { DATABASE_URL: await createStoreDatabase() }
  const argv = ['review', 'letter.txt', '--agents', 'definitive-language', '--json']
  try {
    // Whose database it is, nobody knows before a server has made its tables.
    const before = await runInProcess(argv, folder.folder, { env })
    expect(before).toMatchObject({ exitCode: 0, stderr: '' })
    await using server = await serverProcess(['--port', '0'], { cwd: folder.folder, env })
    const ask = asker(server.url, await cookieOf(server.link))
    const runs = await Promise.all([1, 2].map(() => runInProcess(argv, folder.folder, { env })))
    const printed = runs.map(({ stdout }) => JSON.parse(stdout))
    const { sha256 } = printed[0].document
    const { items } = JSON.parse(await (await ask('GET', `/api/reviews?document=${sha256}`)).text())
    const ids: string[] = items.map(({ id }: { id: string }) => id)
    expect(new Set(ids)).toEqual(new Set(printed.map(({ run }) => run)))
    expect(ids).toHaveLength(2)
    const elsewhere = await runInProcess([...argv, '--data', 'other'], folder.folder, { env })
    expect([elsewhere.exitCode, elsewhere.stderr]).toEqual([
      0,
      expect.stringContaining('[files-elsewhere]'),
    ])
    const answer = await ask('GET', `/api/reviews/${ids[0]}/issues`)
    expect(JSON.parse(await answer.text()).issues).toHaveLength(printed[0].issues.length)
    expect((await ask('GET', `/api/documents/${sha256}/file`)).status).toBe(200)
  } finally {
    await dropDatabase(env.DATABASE_URL)
  }
})

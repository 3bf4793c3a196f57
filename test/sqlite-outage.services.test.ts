import { execFile } from 'node:child_process'
import { rm, statfs, writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { expectPromised, isRefused, refusals, reviewSample } from './helpers/expect-outage.ts'
import { startOutageLoad } from './helpers/outage-load.ts'
import { asker, cookieOf, serverProcess } from './helpers/server-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const run = promisify(execFile)
/** A server under load in the folder, without something it needs for as long as `without` lasts. */
async function survive(folder: string, without: () => Promise<() => Promise<void>>) {
  const dataFolder = `${folder}/data`
  await using server = await serverProcess(['--port', '0', '--data', dataFolder], { cwd: folder })
  const cookie = await cookieOf(server.link)
  const reviewed = await reviewSample(asker(server.url, cookie))
  const load = startOutageLoad({ people: [{ url: server.url, cookie }], ...reviewed })
  await load.progress(5)
  const giveBack = await without()
  await load.refusals(3)
  await giveBack()
  await load.progress(5)
  await load.stop()
  await expectPromised({ dataFolder }, load, reviewed.review)
  expect(await server.end('SIGTERM')).toBe(0)
  return refusals(load.answers.filter(isRefused))
}

test('on a full disk what is kept can be read, and when there is space it goes on', async ({
  skip,
}) => {
  await using place = await tempFolder()
  const mount = ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', place.folder]
  await run('mount', mount).catch(() => skip('making a small file system takes more rights'))
  try {
    const filler = place.path('filler')
    const refused = await survive(place.folder, async () => {
      const { bavail, bsize } = await statfs(place.folder)
      await writeFile(filler, Buffer.alloc(bavail * bsize)).catch(() => {})
      return () => rm(filler)
    })
    const full = { status: 507, code: 'store-full', sentence: /space/ }
    expect(refused).toMatchObject({ verdict: full })
    // Which others asked meanwhile depends on how fast the machine is.
    for (const answer of Object.values(refused)) expect(answer).toEqual(full)
  } finally {
    await run('umount', ['-l', place.folder])
  }
})

test('while another program holds the database it can be read, and then it goes on', async () => {
  await using place = await tempFolder()
  const refused = await survive(place.folder, async () => {
    const database = new DatabaseSync(place.path('data/proofloop.db'), { timeout: 5000 })
    database.exec('begin immediate')
    return async () => database.close()
  })
  const held = { status: 503, code: 'store-unavailable', sentence: /^Another process .+\.$/ }
  expect(refused).toMatchObject({ verdict: held })
})

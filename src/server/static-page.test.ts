import { mkdir, writeFile } from 'node:fs/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { staticPage } from './static-page.ts'

const script = 'console.log("Proofloop")\n'.repeat(100)

async function servedFolder() {
  const folder = await tempFolder()
  await mkdir(folder.path('assets'), { recursive: true })
  await writeFile(folder.path('assets/page-1.js'), script)
  await writeFile(folder.path('assets/page-1.js.gz'), gzipSync(script))
  await writeFile(folder.path('assets/small-1.js'), 'void 0')
  const app = new Hono()
  app.get('*', staticPage(folder.folder))
  const ask = (path: string, encodings: string) =>
    app.request(path, { headers: { 'accept-encoding': encodings } })
  return { ask, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

test.each(['gzip', 'br, gzip;q=0.5'])(
  'who accepts %s gets the compressed file of the build',
  async (encodings) => {
    await using folder = await servedFolder()
    const answer = await folder.ask('/assets/page-1.js', encodings)
    expect(answer.headers.get('content-encoding')).toBe('gzip')
    expect(answer.headers.get('content-type')).toContain('text/javascript')
    expect(answer.headers.get('vary')).toBe('accept-encoding')
    const body = new Uint8Array(await answer.arrayBuffer())
    expect(answer.headers.get('content-length')).toBe(String(body.length))
    expect(gunzipSync(body).toString()).toBe(script)
  },
)

test.each(['', 'br', 'identity', 'gzip;q=0'])(
  'who accepts “%s” gets the file as it is',
  async (encodings) => {
    await using folder = await servedFolder()
    const answer = await folder.ask('/assets/page-1.js', encodings)
    expect(answer.headers.get('content-encoding')).toBeNull()
    expect(answer.headers.get('vary')).toBe('accept-encoding')
    expect(await answer.text()).toBe(script)
  },
)

test('a file that the build did not compress is sent as it is, and a compressed one has no address', async () => {
  await using folder = await servedFolder()
  const small = await folder.ask('/assets/small-1.js', 'gzip')
  expect([small.headers.get('content-encoding'), await small.text()]).toEqual([null, 'void 0'])
  expect((await folder.ask('/assets/page-1.js.gz', 'gzip')).status).toBe(404)
})

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { buildPage } from './helpers/built-page.ts'

const web = path.resolve(import.meta.dirname, '../dist/web')

test('the first page takes at most 350 KB of compressed scripts, and none of pdf.js', async () => {
  await buildPage()
  const html = await readFile(path.join(web, 'index.html'), 'utf8')
  const scripts = Array.from(
    html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/gu),
    ([, file]) => file,
  )
  expect(scripts.length).toBeGreaterThan(0)
  const texts = await Promise.all(scripts.map((file) => readFile(path.join(web, file ?? ''))))
  const bytes = texts.reduce((sum, text) => sum + gzipSync(text).length, 0)
  expect(bytes).toBeLessThan(350 * 1024)
  expect(texts.some((text) => text.includes('GlobalWorkerOptions'))).toBe(false)
})

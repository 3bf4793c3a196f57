import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
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
  const files = scripts.map((file) => path.join(web, file ?? ''))
  const sent = await Promise.all(files.map((file) => stat(asSent(file))))
  const bytes = sent.reduce((sum, { size }) => sum + size, 0)
  expect(bytes).toBeLessThan(350 * 1024)
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
  expect(texts.some((text) => text.includes('GlobalWorkerOptions'))).toBe(false)
})

/** What a browser gets: the smallest files do not become smaller. */
function asSent(file: string): string {
  return existsSync(`${file}.gz`) ? `${file}.gz` : file
}

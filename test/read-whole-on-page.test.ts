import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { ReviewEntry } from '../src/schema/workplace.ts'
import { violationsInBoth } from './helpers/axe.ts'
import { beyondEdge } from './helpers/on-page.ts'
import { uploadAndReview } from './helpers/review-on-page.ts'
import { shareWorkplace } from './helpers/share-workplace.ts'

const shared = shareWorkplace()

/** A text in which agents find nothing, reviewed. */
async function uploadQuiet(page: Page, name: string): Promise<void> {
  const buffer = Buffer.from(`The desk opens at nine.\n\nIt closes at five. ${name}`)
  const file = { name, mimeType: 'text/plain', buffer }
  await page.getByLabel('Files', { exact: true }).setInputFiles(file)
  await page.waitForURL(/\/reviews\//u)
  await page.getByText('The agents found no issues.').waitFor()
}

/** What the server has, once it has answered. */
function kept(page: Page) {
  return page.waitForResponse((answer) => answer.url().includes('/read-marks/'))
}

test('by a key or a button one says that all of a document is read, everybody sees it, and it is taken back', async () => {
  const page = await shared().signIn({ reducedMotion: 'reduce' })
  await uploadQuiet(page, 'quiet.txt')
  const state = page.getByRole('complementary', { name: 'Issues' })
  await state.getByText('Nobody has read all of it.').waitFor()
  const other = await shared().signIn({ reducedMotion: 'reduce' })
  await other.goto(page.url())
  await other.getByText('Nobody has read all of it.').waitFor()

  const marked = kept(page)
  await page.keyboard.press('m')
  await state.getByText('Fully reviewed. You have read all of it.').waitFor()
  expect((await marked).status()).toBe(200)
  await other.getByText('Fully reviewed. You have read all of it.').waitFor()
  expect(await violationsInBoth(page)).toEqual([])

  const withdrawn = kept(other)
  await other.getByRole('button', { name: 'Take it back' }).click()
  expect((await withdrawn).status()).toBe(200)
  await state.getByText('Nobody has read all of it.').waitFor()
  expect(await violationsInBoth(page)).toEqual([])

  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Keyboard' })
  await help.getByText('Mark that you have read all of the document').waitFor()
})

test('a document with open issues may be read before they are judged', async () => {
  const page = await shared().signIn({ viewport: { width: 390, height: 844 } })
  await uploadAndReview(page, { name: 'narrow.pdf', pages: 1, issues: 2 })
  await page.getByRole('button', { name: 'I have read all of it' }).click()
  await page.getByText('You have read all of it.').waitFor()
  expect(await page.getByText('Fully reviewed.').count()).toBe(0)
  expect(await beyondEdge(page)).toBe(0)
  expect(await violationsInBoth(page)).toEqual([])
  await page.keyboard.press('a')
  await page.keyboard.press('a')
  await page.getByText('Fully reviewed. You have read all of it.').waitFor()
})

test('a mark whose answer is lost on the way is sent again and kept once', async () => {
  const page = await shared().signIn({ reducedMotion: 'reduce' })
  await uploadQuiet(page, 'lost.txt')
  let sent = 0
  await page.route('**/read-marks/**', async (route) => {
    sent += 1
    if (sent > 1) return route.continue()
    await route.fetch()
    await route.abort()
  })
  await page.keyboard.press('m')
  await page.getByText('1 to be saved').waitFor()
  await page.getByText('1 to be saved').waitFor({ state: 'detached' })
  await page.getByText('You have read all of it.').waitFor()
  expect(sent).toBe(2)
  const review = new URL(page.url()).pathname
  const answer = await page.request.get(`${shared().origin}/api${review}`)
  expect(((await answer.json()) as ReviewEntry).read.version).toBe(1)
})

test('what is judged or without findings waits in the queue until it is read, and is found by filters', async () => {
  const page = await shared().signIn({ reducedMotion: 'reduce' })
  const { origin } = shared()
  await uploadQuiet(page, 'unread.txt')
  await page.goto(`${origin}/documents`)
  await uploadAndReview(page, { name: 'opened.pdf', pages: 1, issues: 2 })
  const review = page.url()

  await page.goto(`${origin}/queue`)
  // There is work of the other tests, too.
  await page.getByText(/^\d+ open issues in \d+ documents? · \d+ documents? to read$/u).waitFor()
  const quiet = page.getByRole('listitem').filter({ hasText: 'unread.txt' })
  const open = page.getByRole('listitem').filter({ hasText: 'opened.pdf' })
  await quiet.getByText('nothing found · not read yet').waitFor()
  await open.getByText('1 page · 0 of 2 reviewed').waitFor()
  expect(await violationsInBoth(page)).toEqual([])
  const which = page.getByLabel('Which work')
  await which.selectOption('Judged, not read')
  await open.waitFor({ state: 'detached' })
  await quiet.waitFor()
  await which.selectOption('With open issues')
  await quiet.waitFor({ state: 'detached' })
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await beyondEdge(page)).toBe(0)
  expect(await violationsInBoth(page)).toEqual([])

  await page.goto(review)
  await page.getByText('0 of 2 reviewed').waitFor()
  await page.getByRole('button', { name: 'Accept' }).waitFor()
  await page.keyboard.press('a')
  await page.keyboard.press('a')
  await page.getByText('All 2 reviewed').waitFor()
  await page.getByText('to be saved').waitFor({ state: 'detached' })
  await page.goto(`${origin}/queue`)
  await open.getByText('1 page · 2 of 2 reviewed · not read yet').waitFor()
  await page.goto(review)
  const marked = kept(page)
  await page.getByRole('button', { name: 'I have read all of it' }).click()
  expect((await marked).status()).toBe(200)
  await page.goto(`${origin}/queue`)
  await quiet.waitFor()
  expect(await open.count()).toBe(0)

  await page.setViewportSize({ width: 1280, height: 800 })
  await page.goto(`${origin}/documents`)
  const row = page.getByRole('row').filter({ hasText: 'opened.pdf' })
  await row.getByText('2 accepted · read').waitFor()
  await page.getByLabel('Which documents').selectOption('Not read whole')
  await row.waitFor({ state: 'detached' })
  await page.getByRole('row').filter({ hasText: 'unread.txt' }).waitFor()
})

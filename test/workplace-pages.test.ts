import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { violations } from './helpers/axe.ts'
import { dragOver, listed, namedPdf, uploadAndReview } from './helpers/review-on-page.ts'
import { shareWorkplace } from './helpers/share-workplace.ts'

const shared = shareWorkplace()

test('a document without pages is reviewed in its text', async () => {
  const page = await shared().signIn()
  const text = '# Terms\n\nWe answer by mail.\n\nThe plan guarantees a refund of every premium.\n'
  const file = { name: 'terms.md', mimeType: 'text/markdown', buffer: Buffer.from(text) }
  await page.getByLabel('Files', { exact: true }).setInputFiles(file)
  await page.getByText('0 of 1 reviewed').waitFor()
  await page.locator('mark[data-selected]').filter({ hasText: 'guarantees' }).waitFor()
  expect(await violations(page)).toEqual([])

  await page.getByText('We answer by mail.').dblclick({ position: { x: 30, y: 10 } })
  await page.keyboard.press('n')
  await page.getByLabel('Type').fill('Vague')
  await page.getByLabel('What is wrong?').fill('Say when.')
  await page.keyboard.press('Enter')
  await page.getByText('1 of 2 reviewed').waitFor()
  expect(await listed(page)).toEqual([
    { words: 'answer', status: 'accepted' },
    { words: 'guarantees', status: 'open' },
  ])
  await page.locator('mark').filter({ hasText: 'guarantees' }).click()
  await page.getByText('A guarantee binds.').waitFor()
})

test.each([1, 2])(
  'pages are sharp at each size on %i pixels a point, and at most five have a canvas',
  async (ratio) => {
    const page = await shared().signIn({ deviceScaleFactor: ratio })
    await uploadAndReview(page, { pages: 12, name: `zoom-${ratio}.pdf`, issues: 12 })
    await sharp(page, ratio)
    const seen: string[] = []
    for (const key of [...Array(7).fill('+'), ...Array(10).fill('-'), '0']) {
      await page.keyboard.press(key)
      await sharp(page, ratio)
      seen.push(await page.getByRole('group', { name: 'Size of the pages' }).innerText())
      expect(await page.locator('canvas').count()).toBeLessThanOrEqual(5)
    }
    expect(seen[6]).toContain('400%')
    expect(seen[16]).toContain('25%')
    expect(seen[17]).toContain('Width')
    await page.getByRole('region', { name: /^Pages of/u }).evaluate((pane) => pane.scrollTo(0, 1e6))
    await page.locator('[data-page="12"] canvas[data-painted="true"]').waitFor()
    await sharp(page, ratio)
    expect(await page.locator('canvas').count()).toBeLessThanOrEqual(5)
  },
)

/** Waits until each canvas in sight has as many pixels as the screen shows of it. */
async function sharp(page: Page, ratio: number): Promise<void> {
  const pane = await page.getByRole('region', { name: /^Pages of/u }).boundingBox()
  const [top, bottom] = [pane?.y ?? 0, (pane?.y ?? 0) + (pane?.height ?? 0)]
  const blurred = () =>
    page.locator('canvas').evaluateAll(
      (all, sight) =>
        all
          .map((canvas) => ({ canvas, box: canvas.getBoundingClientRect() }))
          .filter(({ box }) => box.bottom > sight.top && box.top < sight.bottom)
          .filter(({ canvas, box }) => {
            const isPainted = canvas.getAttribute('data-painted') === 'true'
            const pixels = Number(canvas.getAttribute('width'))
            return !isPainted || Math.abs(pixels - box.width * sight.ratio) >= 2
          }).length,
      { top, bottom, ratio },
    )
  await expect.poll(blurred).toBe(0)
}

test('the first page and its marks are there before the words of the document', async () => {
  const page = await shared().signIn()
  await uploadAndReview(page, { name: 'first-page.pdf' })
  const words = Promise.withResolvers<void>()
  await page.route('**/text', async (route) => {
    await words.promise
    await route.continue()
  })
  await page.reload()
  await page.locator('[data-page="1"] canvas[data-painted="true"]').waitFor()
  await page.locator('[data-page="1"] rect[data-selected]').waitFor()
  await page.keyboard.press('a')
  await page.getByText('1 of 8 reviewed').waitFor()
  expect(await page.locator('[data-word]').count()).toBe(0)
  words.resolve()
  await dragOver(page, 'describes', 'office')
  await page.getByRole('button', { name: 'Add issue' }).waitFor()
})

test('of a file that cannot be painted the page says what to do, and shows the words', async () => {
  const page = await shared().signIn()
  await uploadAndReview(page, { name: 'damaged.pdf' })
  await page.route('**/file', (route) =>
    route.fulfill({ contentType: 'application/pdf', body: '%PDF-1.7\n1 0 obj <<A>> trailer' }),
  )
  await page.reload()
  await page.getByText('The file is damaged. Open it in a PDF program').waitFor()
  await expectPlainWords(page)
  expect(await violations(page)).toEqual([])

  await page.unroute('**/file')
  await page.route('**/file', (route) => route.abort())
  await page.reload()
  await page.getByText('The file did not arrive from the server.').waitFor()
})

async function expectPlainWords(page: Page): Promise<void> {
  const word = page.locator('[data-plain] [data-word]').first()
  await word.waitFor()
  const colour = await page.evaluate(
    `getComputedStyle(document.querySelector('[data-plain] [data-word]')).color`,
  )
  expect(colour).toBe('rgb(33, 37, 41)')
}

test('a page that cannot be painted shows its words, the others their picture', async () => {
  const page = await shared().signIn()
  const file = namedPdf('one-bad-page.pdf', 2)
  await page.getByLabel('Files', { exact: true }).setInputFiles(file)
  await page.getByText('0 of 4 reviewed').waitFor()
  // Of the same length, so that the table of the file's parts still holds.
  const broken = file.buffer.toString('latin1').replace('6 0 R] >>', '9 9 R] >>')
  expect(broken.length).toBe(file.buffer.length)
  await page.route('**/file', (route) =>
    route.fulfill({ contentType: 'application/pdf', body: Buffer.from(broken, 'latin1') }),
  )
  await page.reload()
  await page.getByText('This page is damaged and has no picture.').waitFor()
  await expectPlainWords(page)
  await page.locator('[data-page="1"] canvas[data-painted="true"]').waitFor()
})

test('a click on the open issue brings its words back in sight', async () => {
  const page = await shared().signIn()
  await uploadAndReview(page, { name: 'back-in-sight.pdf' })
  // The issue that came first is open; it need not be the first of the document.
  await page.keyboard.press('Home')
  const pane = page.getByRole('region', { name: /^Pages of/u })
  const mark = page.locator('[data-page="1"] [data-selected]')
  const away = () => pane.evaluate((element) => element.scrollTo(0, 1e6))
  for (const bringBack of [
    () => page.getByRole('button', { name: 'Definitive Language open', exact: true }).click(),
    () => page.keyboard.press('d'),
  ]) {
    await away()
    await mark.waitFor({ state: 'detached' })
    await bringBack()
    await mark.waitFor()
    expect(await mark.count()).toBe(1)
  }
})

test('an issue that is brought in sight stays there when the pages are laid out anew', async () => {
  const page = await shared().signIn()
  await uploadAndReview(page, { name: 'laid-out-anew.pdf' })
  await page.keyboard.press('Home')
  const pane = page.getByRole('region', { name: /^Pages of/u })
  const mark = page.locator('[data-page="1"] [data-selected]')
  await pane.evaluate((element) => element.scrollTo(0, 1e6))
  await mark.waitFor({ state: 'detached' })
  // Both before the browser's next frame, which is when it tells of the scroll.
  await page.evaluate(`
    document.querySelector('aside [aria-current=true]').click()
    queueMicrotask(() => dispatchEvent(new KeyboardEvent('keydown', { key: '+' })))
  `)
  await mark.waitFor()
  expect(await mark.count()).toBe(1)
})

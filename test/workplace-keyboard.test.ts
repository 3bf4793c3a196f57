import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { listed, namedPdf, uploadAndReview } from './helpers/review-on-page.ts'
import { shareWorkplace } from './helpers/share-workplace.ts'

const shared = shareWorkplace()

test('a review is done by the keyboard alone, and the focus is never lost', async () => {
  const page = await shared().signIn()
  await uploadAndReview(page, { name: 'keys.pdf' })
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key)
  }
  const focused = (): Promise<string> =>
    page.locator(':focus').evaluate((element) => element.closest('li, form, aside')?.tagName ?? '')

  await press('j', 'k', 'a')
  await page.getByText('1 of 8 reviewed').waitFor()
  expect(await focused()).toBe('LI')
  await press('d', '4')
  await page.getByText('2 of 8 reviewed').waitFor()
  expect(await focused()).toBe('LI')

  await press('e')
  await page.getByLabel('Fix').waitFor()
  await press('Escape')
  expect(await focused()).toBe('LI')
  await press('e', 'Control+a')
  await page.keyboard.type('may expect')
  await press('Enter')
  await page.getByText('3 of 8 reviewed').waitFor()
  await press('u')
  await page.getByText('2 of 8 reviewed').waitFor()
  expect(await focused()).toBe('LI')

  await press('n', 'ArrowRight', 'Shift+ArrowRight', 'Enter')
  await page.keyboard.type('Tone')
  await press('Tab')
  await page.keyboard.type('Too friendly.')
  await press('Enter')
  await page.getByText('3 of 9 reviewed').waitFor()
  expect(await focused()).toBe('LI')
  expect((await listed(page)).find(({ words }) => words === 'rest assured')).toBeDefined()

  await press('/')
  await page.keyboard.type('guarantees')
  await page.getByText('3 of 9 issues shown').waitFor()
  await press('Escape', '?')
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor()
  await press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await focused()).toBe('LI')
  await press('j', 'a')
  await page.getByText('4 of 9 reviewed').waitFor()
})

test('keys of one letter can be turned off', async () => {
  const page = await shared().signIn()
  await uploadAndReview(page, { pages: 1, name: 'no-keys.pdf', issues: 2 })
  await page.keyboard.press('?')
  await page.getByLabel('Keys of one letter work').uncheck({ force: true })
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('a')
  await page.getByRole('button', { name: 'Accept' }).click()
  await page.getByText('1 of 2 reviewed').waitFor()
  expect((await listed(page)).map(({ status }) => status)).toEqual(['accepted', 'open'])
})

test('from the list of documents to the export without a pointer', async () => {
  const page = await shared().signIn()
  const press = (key: string): Promise<void> => page.keyboard.press(key)
  await page.getByLabel('Review at once').uncheck()
  const name = 'by-keyboard.pdf'
  await page.getByLabel('Files', { exact: true }).setInputFiles(namedPdf(name, 1))
  await page.getByRole('button', { name: `Review ${name}` }).waitFor()
  await page.reload()
  await page.getByRole('button', { name: `Review ${name}` }).waitFor()

  await press('Tab')
  expect(await inFocus(page)).toBe('To the content')
  await tabTo(page, `Review ${name}`)
  expect(await outlineOf(page)).toBeGreaterThan(0)
  await press('Enter')
  await page.getByText('0 of 2 reviewed').waitFor()
  await page.getByRole('button', { name: 'Done' }).waitFor()
  await press('a')
  await press('d')
  await press('4')
  await page.getByText('2 of 2 reviewed').waitFor()
  await tabTo(page, 'Export', 'Shift+Tab')
  expect(await outlineOf(page)).toBeGreaterThan(0)
  await press('Enter')
  await page.getByRole('menuitem', { name: 'PDF with highlights and comments' }).waitFor()
  await press('ArrowDown')
  await press('ArrowDown')
  const downloaded = page.waitForEvent('download')
  await press('Enter')
  const table = await readFile(await (await downloaded).path(), 'utf8')
  expect(table).toMatch(/accepted/u)
  expect(table).toMatch(/duplicate/u)
})

/** Goes on until the element of that name has the focus. */
async function tabTo(page: Page, name: string, key = 'Tab'): Promise<void> {
  const passed: string[] = []
  while (passed.length < 60) {
    await page.keyboard.press(key)
    const now = await inFocus(page)
    if (now === name) return
    passed.push(now)
  }
  throw new Error(`${name} is not on the way: ${passed.join(', ')}`)
}

function inFocus(page: Page): Promise<string> {
  return page
    .locator(':focus')
    .evaluate((element) => element.getAttribute('aria-label') ?? element.textContent ?? '')
}

/** Width in pixels of the line around what has the focus. */
async function outlineOf(page: Page): Promise<number> {
  const [style, width] = (await page.evaluate(`(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement)
    return [outlineStyle, outlineWidth]
  })()`)) as [string, string]
  return style === 'none' ? 0 : Number.parseFloat(width)
}

import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { violationsInBoth } from './helpers/axe.ts'
import { beyondEdge } from './helpers/on-page.ts'
import { dragOver, namedPdf } from './helpers/review-on-page.ts'
import { shareWorkplace } from './helpers/share-workplace.ts'

const shared = shareWorkplace()

/** A PDF that nobody reviewed, as an example of a dataset of its own. */
async function labelPdf(name: string): Promise<Page> {
  const page = await shared().signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  await page.getByLabel('Review at once').uncheck()
  await page.getByLabel('Files', { exact: true }).setInputFiles(namedPdf(`${name}.pdf`, 2))
  await page.getByRole('button', { name: `Review ${name}.pdf` }).waitFor()
  const { origin } = shared()
  const documents = await (await page.request.get(`${origin}/api/documents`)).json()
  const own = documents.items.find((one: { name: string }) => one.name === `${name}.pdf`)
  const added = await page.request.post(`${origin}/api/datasets/${name}/documents`, {
    headers: { origin },
    data: { sha256: own.sha256 },
  })
  expect(added.status()).toBe(200)
  const { id } = (await added.json()) as { id: string }
  const query = new URLSearchParams({ id })
  await page.goto(`${origin}/datasets/${name}/versions/newest/example?${query.toString()}`)
  await page.getByRole('region', { name: `Pages of ${name}.pdf` }).waitFor()
  await page.locator('canvas[data-painted=true]').first().waitFor()
  return page
}

const marks = (page: Page) => page.locator('[data-page] svg rect[data-colour]')

test('words are dragged over on the page of a PDF and labelled, and stand marked on it', async () => {
  const page = await labelPdf('dragged')
  await dragOver(page, 'covered', 'cost')
  const form = page.getByRole('form', { name: 'Label words' })
  expect(await form.getByLabel('Words').inputValue()).toBe('covered at no cost')
  expect(await page.evaluate('document.activeElement.labels[0].innerText')).toBe('Type')
  await page.keyboard.type('Definitive Language')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '1 label', exact: true }).waitFor()
  // One box for the line of four words.
  expect(await marks(page).count()).toBe(1)
  expect(await violationsInBoth(page)).toEqual([])

  await page.getByText('Text', { exact: true }).click()
  // Not innerText: that of what is not painted yet is empty.
  expect(await page.locator('article mark').textContent()).toBe('covered at no cost')
  await page.getByText('Pages', { exact: true }).click()
  await page.setViewportSize({ width: 390, height: 844 })
  await marks(page).first().waitFor()
  expect(await beyondEdge(page)).toBe(0)
  expect(await violationsInBoth(page)).toEqual([])
})

test('a PDF is labelled by keys alone: words, their type, the labels one after the other', async () => {
  const page = await labelPdf('keyed')
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key)
  }
  const focused = (): Promise<string> =>
    page.evaluate(
      'document.activeElement.labels?.[0]?.innerText ?? document.activeElement.ariaLabel',
    )
  const label = async (type: string): Promise<void> => {
    await page.keyboard.type(type)
    await press('Enter')
  }
  await press('n')
  await page.getByRole('status').getByText('Preventive', { exact: true }).waitFor()
  expect(await focused()).toBe('Pages of keyed.pdf')
  await press('ArrowRight', 'Shift+ArrowRight')
  await page.getByRole('status').getByText('services are', { exact: true }).waitFor()
  expect(await violationsInBoth(page)).toEqual([])
  await press('Enter')
  expect(await focused()).toBe('Type')
  await label('Grammar')
  await page.getByRole('heading', { name: '1 label', exact: true }).waitFor()
  await press('Escape')
  expect(await focused()).toBe('Pages of keyed.pdf')

  await press('n', 'ArrowDown', 'Enter')
  await label('Tone')
  await page.getByRole('heading', { name: '2 labels' }).waitFor()
  await press('Escape', 'j')
  const chosen = page.locator('li[aria-current=true]')
  expect(await chosen.innerText()).toMatch(/^Grammar “services are”/u)
  await press('i')
  await chosen.getByText('ignored').waitFor()
  await press('j', 'x')
  await page.getByRole('heading', { name: '1 label', exact: true }).waitFor()
  expect(await focused()).toBe('Pages of keyed.pdf')
  await press('k', 'e')
  expect(await focused()).toBe('Type')
  await press('Escape', '?')
  await page.getByRole('dialog', { name: 'Keyboard' }).getByText('Next label').waitFor()
  expect(await violationsInBoth(page)).toEqual([])
  await press('Escape')
  await page.getByRole('button', { name: 'Save as a new version' }).focus()
  await press('Enter')
  await page.waitForURL(/versions\/[0-9a-f]{64}\/example/u)
  await page.getByRole('complementary', { name: 'Labels' }).getByText('ignored').waitFor()
  await marks(page).first().waitFor()
  expect(await marks(page).count()).toBe(1)
})

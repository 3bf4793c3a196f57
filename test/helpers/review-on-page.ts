import type { Page } from 'playwright-core'
import { promisesPdf } from './promises-pdf.ts'

/** Gives the page a PDF with two promises on each page, and waits until its review is done. */
export async function uploadAndReview(page: Page, pages = 4): Promise<void> {
  const file = { name: 'terms.pdf', mimeType: 'application/pdf', buffer: promisesPdf(pages) }
  await page.getByLabel('Files', { exact: true }).setInputFiles(file)
  await page.waitForURL(/\/reviews\//u)
  await page.getByText(`0 of ${2 * pages} reviewed`).waitFor()
  await page.getByRole('button', { name: 'Done' }).waitFor()
}

/** The words of all issues that are listed, with what became of them. */
export function listed(page: Page): Promise<{ words: string; status: string }[]> {
  return page.locator('aside li[aria-posinset]').evaluateAll((items) =>
    items.map((item) => {
      const mark = item.querySelector('blockquote mark')
      const words = mark ?? item.querySelector('button > :last-child')
      const status = item.querySelector('[data-status]')?.getAttribute('data-status')
      return { words: words?.textContent ?? '', status: status ?? '' }
    }),
  )
}

/** Drags over words of the first page, from the middle of one to the middle of the other. */
export async function dragOver(page: Page, from: string, to: string): Promise<void> {
  const words = page.locator('[data-page="1"] [data-word]')
  const middle = async (word: string) => {
    const box = await words.filter({ hasText: word }).first().boundingBox()
    if (box === null) throw new Error(`No word ${word} is in sight.`)
    return [box.x + box.width / 2, box.y + box.height / 2] as const
  }
  await words.first().waitFor({ state: 'attached' })
  await page.mouse.move(...(await middle(from)))
  await page.mouse.down()
  await page.mouse.move(...(await middle(to)), { steps: 5 })
  await page.mouse.up()
}

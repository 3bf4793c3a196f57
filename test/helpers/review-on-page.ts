import type { Page } from 'playwright-core'
import { promisesPdf } from './promises-pdf.ts'

/**
 * Gives the page a PDF with two promises on each page, and waits until its review is done. Another name
 * makes it another document. On many pages the first promise of each is a running head, which agents skip.
 */
export async function uploadAndReview(
  page: Page,
  { pages = 4, name = 'terms.pdf', issues = 8 } = {},
): Promise<void> {
  await page.getByLabel('Files', { exact: true }).setInputFiles(namedPdf(name, pages))
  await page.waitForURL(/\/reviews\//u)
  await page.getByText(`0 of ${issues} reviewed`).waitFor()
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

/** Drags over words of the first page, from the middle of one to the middle of the other, once each stands still. */
export async function dragOver(page: Page, from: string, to: string): Promise<void> {
  const word = (text: string) =>
    page.locator('[data-page="1"] [data-word]').filter({ hasText: text }).first()
  await word(from).hover()
  await page.mouse.down()
  await word(to).hover()
  await page.mouse.up()
}

/** A file as a page takes it; its name is in its bytes, too. */
export function namedPdf(name: string, pages: number) {
  const buffer = Buffer.concat([promisesPdf(pages), Buffer.from(`%${name}\n`)])
  return { name, mimeType: 'application/pdf', buffer }
}

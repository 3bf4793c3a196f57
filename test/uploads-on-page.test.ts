import { expect, test } from 'vitest'
import { violations } from './helpers/axe.ts'
import { inviteOnPage } from './helpers/on-page.ts'
import { openWorkplace } from './helpers/open-workplace.ts'
import { scanOf } from './helpers/scan-of.ts'
import { writePdf } from './helpers/write-pdf.ts'

const encrypted = 'test/fixtures/documents/qpdf__enc-R3_V2_U_view_O_master.pdf'

test('the password of an encrypted PDF is asked for when it is dropped, and to show its pages', async () => {
  await using workplace = await openWorkplace()
  const page = await workplace.signIn()
  await page.getByLabel('Files', { exact: true }).setInputFiles(encrypted)
  const password = page.getByRole('dialog').locator('input')
  await password.fill('wrong')
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.getByText('The password does not open the PDF.').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('link', { name: encrypted.split('/').at(-1) }).click()
  await page.getByText('It is encrypted').waitFor()
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Give the password' }).click()
  await password.fill('view')
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.getByRole('button', { name: 'Review', exact: false }).click()
  await page.waitForURL(/\/reviews\//u)

  const form = page.getByRole('form', { name: 'Password of the PDF' })
  await form.locator('input').fill('wrong')
  await form.getByRole('button', { name: 'Show the pages' }).click()
  await form.getByText('The password does not open the PDF.').waitFor()
  expect(await violations(page)).toEqual([])
  await form.locator('input').fill('view')
  await form.getByRole('button', { name: 'Show the pages' }).click()
  await form.waitFor({ state: 'detached' })
  await page.locator('canvas').first().waitFor()
})

test('a custodian says the split of what they upload, an engineer is not asked', async () => {
  await using workplace = await openWorkplace()
  const ada = await workplace.signIn()
  await ada.getByLabel('Files', { exact: true }).waitFor({ state: 'attached' })
  expect(await ada.getByLabel('Split').count()).toBe(0)
  const keep = ['engineer', 'admin']
  const page = await inviteOnPage(workplace, ada, { roles: ['custodian'], keep })
  await page.goto(`${workplace.origin}/documents`)
  await page.getByLabel('Review at once').uncheck()
  await page.getByLabel('Split').selectOption('All into test')
  expect(await violations(page)).toEqual([])
  const letter = { name: 'letter.txt', mimeType: 'text/plain', buffer: Buffer.from('A letter.') }
  await page.getByLabel('Files', { exact: true }).setInputFiles(letter)
  await page.getByRole('link', { name: 'letter.txt' }).waitFor()
  const splits = async () => {
    const answer = await page.request.get(`${workplace.origin}/api/documents?search=letter`)
    const { items } = (await answer.json()) as { items: { state: string; split: string }[] }
    return items.map(({ state, split }) => [state, split])
  }
  await expect.poll(splits).toEqual([['ready', 'test']])
})

test('scans are read by OCR on upload, or from the menu', async () => {
  await using workplace = await openWorkplace()
  const page = await workplace.signIn()
  const scan = async (words: string) => {
    const texts = [{ x: 40, y: 660, text: words, size: 14 }]
    const buffer = await scanOf(writePdf([{ cropBox: [0, 600, 400, 700], texts }]))
    return { name: `${words.split(' ')[0]}.pdf`, mimeType: 'application/pdf', buffer }
  }
  const files = page.getByLabel('Files', { exact: true })
  await page.getByLabel('Review at once').uncheck()
  await files.setInputFiles(await scan('First we always pay.'))
  const row = page.getByRole('row', { name: /First\.pdf/u })
  await row.getByText('1 page without text').waitFor()
  await page.getByRole('button', { name: 'Actions for First.pdf' }).click()
  await page.getByRole('menuitem', { name: 'Read 1 page by OCR' }).click()
  await row.getByText('1 page without text').waitFor({ state: 'detached' })
  await row.getByRole('button', { name: 'Review First.pdf' }).waitFor()
  expect(await violations(page)).toEqual([])

  await page.getByLabel('Read scans by OCR').check()
  await page.getByLabel('Review at once').check()
  await files.setInputFiles(await scan('Second we never pay.'))
  await page.waitForURL(/\/reviews\//u)
  await page.getByText('0 of 1 reviewed').waitFor()
})

test('the sign-in page has a button for the provider, and only where there is one', async () => {
  const env = {
    PROOFLOOP_OIDC_ISSUER: 'http://127.0.0.1:9',
    PROOFLOOP_OIDC_CLIENT_ID: 'proofloop',
    PROOFLOOP_OIDC_CLIENT_SECRET: 'secret',
    PROOFLOOP_OIDC_NAME: 'Example',
  }
  await using workplace = await openWorkplace({ env })
  const page = await workplace.signIn()
  await page.context().clearCookies()
  await page.goto(`${workplace.origin}/sign-in?error=signup_disabled`)
  await page.getByText('You have no account here yet.').waitFor()
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Sign in with Example' }).click()
  await page.getByText('The provider cannot be reached.').waitFor()
})

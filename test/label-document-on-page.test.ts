import { expect, test } from 'vitest'
import { violationsInBoth } from './helpers/axe.ts'
import { beyondEdge, inviteOnPage } from './helpers/on-page.ts'
import { openWorkplace } from './helpers/open-workplace.ts'
import { uploadAndReview } from './helpers/review-on-page.ts'

test('a custodian labels a document from its page, in a dataset that it is added to', async () => {
  await using workplace = await openWorkplace()
  const page = await workplace.signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  await uploadAndReview(page, { name: 'terms.pdf', pages: 1, issues: 2 })
  const kept = page.waitForResponse((answer) => answer.url().endsWith('/verdicts'))
  await page.keyboard.press('a')
  expect((await kept).status()).toBe(201)
  const review = page.url()

  const label = page.getByRole('button', { name: 'Label', exact: true })
  await label.focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Label it as an example' })
  await dialog.getByText('It is in no dataset yet.').waitFor()
  expect(await violationsInBoth(page)).toEqual([])
  await dialog.getByLabel('Name').fill('terms')
  await page.keyboard.press('Enter')
  await page.waitForURL(/datasets\/terms\/versions\/newest\/example/u)
  await page.getByRole('heading', { name: '1 label', exact: true }).waitFor()
  await page.getByRole('checkbox', { name: /^Ignore/u }).focus()
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: 'Save as a new version' }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(/versions\/[0-9a-f]{64}\/example/u)
  await page.getByRole('complementary').getByText('ignored').waitFor()

  await page.goto(review)
  await page.setViewportSize({ width: 390, height: 844 })
  await label.click()
  await dialog.getByText('It is an example in:').waitFor()
  expect(await beyondEdge(page)).toBe(0)
  await dialog.getByRole('link', { name: 'terms', exact: true }).click()
  await page.getByRole('complementary').getByText('ignored').waitFor()

  const ben = await inviteOnPage(workplace, page, {
    roles: ['engineer'],
    keep: ['custodian', 'admin'],
  })
  await ben.goto(review)
  await ben.getByRole('button', { name: 'Export' }).waitFor()
  expect(await ben.getByRole('button', { name: 'Label', exact: true }).count()).toBe(0)
})

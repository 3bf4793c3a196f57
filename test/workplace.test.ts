import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { openWorkplace, stepTimeout } from './helpers/open-workplace.ts'
import { dragOver, listed, uploadAndReview } from './helpers/review-on-page.ts'
import { shareWorkplace } from './helpers/share-workplace.ts'

const shared = shareWorkplace()

test('a document is uploaded, reviewed, judged, added to, and the same after a reload', async () => {
  const workplace = shared()
  const page = await workplace.signIn()
  await uploadAndReview(page)
  // Open is the one that came first, from whichever page.
  await page.locator('aside li[aria-posinset="1"] button').first().click()

  await page.getByRole('button', { name: 'Accept' }).click()
  await page.getByText('1 of 8 reviewed').waitFor()
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await page.getByLabel('Duplicate').check()
  await page.getByLabel('In your own words').fill('said on page 1')
  await page.getByRole('button', { name: 'Dismiss', exact: true }).click()
  await page.getByText('2 of 8 reviewed').waitFor()
  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByLabel('Fix').fill('may expect')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('3 of 8 reviewed').waitFor()

  await page
    .getByRole('region', { name: 'Pages of terms.pdf' })
    .evaluate((pane) => pane.scrollTo(0, 0))
  await dragOver(page, 'describes', 'office')
  expect(await page.evaluate('document.getSelection().toString().trim()')).toBe(
    'describes how to reach the office',
  )
  await page.getByRole('button', { name: 'Add issue' }).click()
  await page.getByLabel('Type').fill('Missing address')
  await page.getByLabel('What is wrong?').fill('It does not say where the office is.')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByText('4 of 9 reviewed').waitFor()

  const before = await listed(page)
  expect(before.map(({ status }) => status)).toEqual([
    'accepted',
    'accepted',
    'dismissed',
    'edited',
    ...Array.from({ length: 5 }, () => 'open'),
  ])
  expect(before[1]?.words).toBe('describes how to reach the office')
  await page.reload()
  await page.getByText('4 of 9 reviewed').waitFor()
  expect(await listed(page)).toEqual(before)
  await page
    .getByRole('button', { name: /may expect|rest assured/u })
    .first()
    .click()
  await page.getByText('may expect').waitFor()

  const downloaded = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: 'Table (CSV)' }).click()
  const table = await readFile(await (await downloaded).path(), 'utf8')
  expect(table).toContain('It does not say where the office is.')
  expect(table).toContain('said on page 1')

  await page.getByRole('link', { name: 'Back to documents' }).click()
  await page.getByText('5 open · 2 accepted · 1 edited · 1 dismissed (1 added)').waitFor()
})

test('who leaves while verdicts wait is asked first, and may stay', async () => {
  await using workplace = await openWorkplace()
  const page = await workplace.signIn()
  await uploadAndReview(page, { name: 'waiting.pdf', pages: 2, issues: 4 })
  const { promise: goOn, resolve } = Promise.withResolvers<void>()
  await page.route('**/verdicts', async (route) => {
    await goOn
    await route.continue()
  })
  await page.keyboard.press('a')
  await page.keyboard.press('a')
  await page.getByText('2 to be saved').waitFor()
  const asked = page.waitForEvent('dialog')
  await page.close({ runBeforeUnload: true })
  const dialog = await asked
  expect(dialog.type()).toBe('beforeunload')
  await dialog.dismiss()
  resolve()
  await page.getByText('2 to be saved').waitFor({ state: 'detached' })
  const unasked = page.waitForEvent('close')
  await page.close({ runBeforeUnload: true })
  await unasked
})

test('two reviewers at once lose nothing, and see what the other one did', async () => {
  await using workplace = await openWorkplace()
  const ada = await workplace.signIn()
  await uploadAndReview(ada, { pages: 2, issues: 4 })
  const ben = await invite(workplace, ada)
  const address = ada.url()
  await ada.getByRole('link', { name: 'Back to documents' }).click()
  await ada.getByRole('button', { name: 'Actions for terms.pdf' }).click()
  await ada.getByRole('menuitem', { name: 'Assign' }).click()
  await ada.getByLabel('terms.pdf', { exact: true }).selectOption('Ben')
  await ada.getByRole('button', { name: 'Assign', exact: true }).click()
  await ada.goto(address)
  await ben.getByRole('link', { name: 'Review queue' }).click()
  await ben.getByText('4 open issues in 1 document').waitFor()
  await ben.getByRole('link', { name: 'Start with the first' }).click()
  await ben.getByText('0 of 4 reviewed').waitFor()
  // Both have the first issue open; keys mean nothing before.
  for (const page of [ada, ben])
    await page.getByRole('button', { name: 'Accept', exact: true }).waitFor()

  await ada.keyboard.press('a')
  await ben.getByText('1 of 4 reviewed').waitFor()
  await ben.getByText('First person accepted').waitFor()

  // Ben's page hears nothing of Ada's next verdict, as on a slow line.
  await ben.route('**/events*', (route) => route.abort())
  await ben.reload()
  await ben.getByText('1 of 4 reviewed').waitFor()
  await ben.getByRole('button', { name: 'Accept', exact: true }).waitFor()
  await ada.keyboard.press('a')
  await ada.getByText('2 of 4 reviewed').waitFor()
  await ben.keyboard.press('j')
  await ben.keyboard.press('d')
  await ben.keyboard.press('1')
  await ben.getByText('Somebody was faster: First person accepted').waitFor()
  await ben.getByText('2 of 4 reviewed').waitFor()
  await ben.keyboard.press('r')
  await ben.keyboard.press('d')
  await ben.keyboard.press('1')
  await ada.locator('aside [data-status="disputed"]').waitFor()
  const seen = ['accepted', 'disputed', 'open', 'open']
  for (const page of [ada, ben]) {
    expect((await listed(page)).map(({ status }) => status)).toEqual(seen)
  }
})

/** A second account, made as a person would: an invitation, its link, a password, the form. */
async function invite(
  workplace: Awaited<ReturnType<typeof openWorkplace>>,
  ada: Page,
): Promise<Page> {
  const person = { email: 'ben@example.org', name: 'Ben', roles: ['reviewer'] }
  const keep = ['reviewer', 'custodian', 'admin']
  const answer = await ada.request.post(`${workplace.origin}/api/people`, {
    data: { ...person, keep },
    headers: { origin: workplace.origin },
  })
  expect(await answer.text()).toContain('set-password')
  const { link } = await answer.json()
  const context = await workplace.browser.newContext({ viewport: { width: 1280, height: 800 } })
  context.setDefaultTimeout(stepTimeout)
  const ben = await context.newPage()
  await ben.goto(link)
  await ben.getByLabel('New password').fill('correct horse battery')
  await ben.getByRole('button', { name: 'Set the password' }).click()
  await ben.getByLabel('Email').fill(person.email)
  await ben.locator('input[type=password]').fill('wrong horse battery')
  await ben.getByRole('button', { name: 'Sign in' }).click()
  await ben.getByText('do not fit together').waitFor()
  await ben.locator('input[type=password]').fill('correct horse battery')
  await ben.getByRole('button', { name: 'Sign in' }).click()
  await ben.getByRole('heading', { name: 'Documents' }).waitFor()
  return ben
}

test('a server that is killed and started again under an open page loses nothing', async () => {
  const workplace = shared()
  const page = await workplace.signIn()
  await uploadAndReview(page, { name: 'killed.pdf' })
  await page.keyboard.press('a')
  await page.getByText('1 of 8 reviewed').waitFor()
  await workplace.kill()

  await page.keyboard.press('a')
  await page.getByText('2 of 8 reviewed').waitFor()
  await page.keyboard.press('d')
  await page.getByText('Why is it dismissed?').waitFor()
  await page.keyboard.press('2')
  // The first one may have been on its way when the server was killed.
  await page.getByText(/3 of 8 reviewed · [23] to be saved/u).waitFor()
  await page.getByText('what you judge now is kept until it is back').waitFor()
  // The line above the review takes its place from it, not from what stands at its foot.
  const size = await page.getByRole('group', { name: 'Size of the pages' }).boundingBox()
  expect((size?.y ?? 0) + (size?.height ?? 0)).toBeLessThan(800)
  await workplace.start()
  await page.getByText('The server does not answer.').waitFor({ state: 'detached' })
  await page.getByText('to be saved').waitFor({ state: 'detached' })
  const before = await listed(page)
  await page.reload()
  await page.getByText('3 of 8 reviewed').waitFor()
  expect((await listed(page)).map(({ status }) => status).toSorted()).toEqual(
    before.map(({ status }) => status).toSorted(),
  )
})

import { expect, test } from 'vitest'
import { violationsInBoth } from './helpers/axe.ts'
import { openWorkplace } from './helpers/open-workplace.ts'
import { beyondEdge, inviteOnPage } from './helpers/on-page.ts'
import { shareWorkplace } from './helpers/share-workplace.ts'

const long = 'an-alias-without-a-space-'.repeat(4)
const config = `export default {
  models: {},
  environments: {
    dev: { isolation: 'process', capacity: { freeDiskMb: 1 }, retention: { backupHours: null } },
    prod: {
      models: {
        reviewer: { provider: 'openai', model: 'gpt-4.1-mini' },
        '${long}': { provider: 'openai', model: '${long}' },
      },
      datasets: ['letters'],
      limits: { budget: { perMonth: 1500 } },
      capacity: { reviews: 4, processors: 4, memoryMb: 8192 },
    },
  },
}`

const shared = shareWorkplace({ config, env: { OPENAI_API_KEY: '' } })

test('an environment is checked by keyboard, and what was found stays, with who looked', async () => {
  const workplace = shared()
  const page = await workplace.signIn({ reducedMotion: 'reduce' })
  await page.getByRole('link', { name: 'Environments' }).click()
  const prod = page.getByRole('region', { name: 'prod' })
  await prod.getByText('Nobody has checked it yet.').waitFor()
  await prod.getByText('1,500 USD for all').waitFor()
  await prod.getByText('4 processors, 8,192 MB of memory, 1,024 MB free').waitFor()
  await prod.getByText('at most 26 hours old').waitFor()
  await prod.getByText('OPENAI_API_KEY is not set').first().waitFor()
  expect(await violationsInBoth(page)).toEqual([])

  await prod.getByRole('button', { name: 'Check prod now' }).focus()
  await page.keyboard.press('Enter')
  await prod.getByText('Checking prod; it takes up to two minutes.').waitFor()
  const summary = prod.getByText(/^\d+ of \d+ checks failed, \d+ skipped\.$/u)
  await summary.waitFor()
  const failed = prod.getByRole('list', { name: 'What failed in prod' })
  await failed.getByText('No backup was ever made.').waitFor()
  await failed.getByText('What to do: Run proofloop backup FILE').waitFor()
  const checks = prod.getByRole('table', { name: 'Checks of prod' })
  expect(await checks.isVisible()).toBe(false)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await checks.getByRole('row', { name: /^store passed SQLite/u }).waitFor()
  await checks.getByRole('row', { name: /^database-role skipped/u }).waitFor()
  const rows = await checks.getByRole('row').count()
  expect(await summary.innerText()).toContain(` of ${rows - 1} checks`)
  expect(await violationsInBoth(page)).toEqual([])

  const found = await summary.innerText()
  await page.reload()
  await prod.getByText(found).waitFor()
  await prod.getByText('by You').waitFor()
  await prod.getByText('The last checks').focus()
  await page.keyboard.press('Enter')
  const last = prod.getByRole('table', { name: 'Last checks of prod' })
  await last
    .getByRole('row', { name: / You \d+ of \d+ checks – \(the first that is kept\)$/u })
    .waitFor()
  await prod.getByRole('button', { name: 'Check prod now' }).click()
  await last.getByRole('row', { name: / You \d+ of \d+ checks nothing$/u }).waitFor()
  expect(await last.getByRole('row').count()).toBe(3)
  expect(await violationsInBoth(page)).toEqual([])
  const dev = page.getByRole('region', { name: 'dev' })
  await dev.getByText('Nobody has checked it yet.').waitFor()
  await dev.getByText('It asks no models.').waitFor()
})

test.each([320, 390, 1001, 1280, 3840])('none of it is cut on %i pixels', async (width) => {
  const workplace = shared()
  const page = await workplace.signIn({ viewport: { width, height: 900 } })
  await page.goto(`${workplace.origin}/environments`)
  await page.getByRole('region', { name: 'prod' }).waitFor()
  for (const folded of [/^All \d+ checks$/u, 'The last checks']) {
    await page.getByText(folded).first().waitFor()
    for (const one of await page.getByText(folded).all()) await one.click()
  }
  await page.getByRole('table', { name: 'Last checks of prod' }).waitFor()
  expect(await beyondEdge(page)).toBe(0)
})

test('what the server does not do is told beside the button', async () => {
  const workplace = shared()
  const page = await workplace.signIn()
  await page.goto(`${workplace.origin}/environments`)
  await page.route('**/api/environments/dev/doctor', (route) => route.abort())
  await page.getByRole('button', { name: 'Check dev now' }).click()
  await page.getByRole('alert').getByText('this was not done, or you were not told').waitFor()
  // The keyboard stays where it was.
  expect(await page.locator(':focus').innerText()).toBe('Check dev now')
  expect(await violationsInBoth(page)).toEqual([])
  await page.unroute('**/api/environments/dev/doctor')
  await page.getByRole('button', { name: 'Check dev now' }).click()
  await page.getByRole('alert').waitFor({ state: 'detached' })
})

test('who may not see environments or the audit log finds neither, and is told so', async () => {
  await using workplace = await openWorkplace({ config })
  const ada = await workplace.signIn()
  const ben = await inviteOnPage(workplace, ada, { roles: ['reviewer'], keep: ['admin'] })
  const pages = (page: typeof ben) => page.getByRole('navigation', { name: 'Pages' }).innerText()
  expect(await pages(ben)).not.toMatch(/Environments|Audit log/u)
  for (const address of ['environments', 'audit']) {
    await ben.goto(`${workplace.origin}/${address}`)
    await ben.getByText('This page is for other roles').waitFor()
    expect(await violationsInBoth(ben)).toEqual([])
  }
  await ada.goto(`${workplace.origin}/settings`)
  await ada.getByRole('link', { name: 'Audit log' }).waitFor()
  expect(await pages(ada)).not.toContain('Environments')
})

import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { violationsInBoth } from './helpers/axe.ts'
import { openWorkplace } from './helpers/open-workplace.ts'
import { shareWorkplace } from './helpers/share-workplace.ts'

const shared = shareWorkplace()

/** Entries of the audit log: what was saved stands there. */
async function timesTold(page: Page, action: string): Promise<number> {
  const answer = await page.request.get(`${new URL(page.url()).origin}/api/audit?action=${action}`)
  return ((await answer.json()) as { entries: unknown[] }).entries.length
}

test('keys are made, shown once and ended', async () => {
  const workplace = shared()
  const page = await workplace.signIn({ reducedMotion: 'reduce' })
  await page.goto(`${workplace.origin}/settings`)
  await page.getByRole('button', { name: 'Sign out here' }).waitFor()
  expect(await violationsInBoth(page)).toEqual([])

  const form = page.getByRole('form', { name: 'Make a key' })
  await form.getByLabel('Name of the key').fill('ci')
  expect(await form.getByRole('button', { name: 'Make a key' }).isDisabled()).toBe(true)
  await page.getByRole('combobox', { name: 'What it may' }).click()
  await page.getByRole('option', { name: 'evaluations:run' }).click()
  await page.keyboard.press('Escape')
  await form.getByRole('button', { name: 'Make a key' }).click()
  await page.getByText('Keep it now').waitFor()
  const keys = page.getByRole('table', { name: 'List of keys' })
  await keys.getByRole('row', { name: /^ci .* evaluations:run never/u }).waitFor()
  await page.getByRole('button', { name: 'End the key ci' }).click()
  await keys.waitFor({ state: 'detached' })
})

test('limits and the share of random reviews are kept, and what cannot be is refused in words', async () => {
  const workplace = shared()
  const page = await workplace.signIn()
  await page.goto(`${workplace.origin}/settings`)
  await page.getByLabel('A month, for all').fill('12.5')
  await page.getByRole('button', { name: 'Save limits' }).click()
  await expect.poll(() => timesTold(page, 'budget-changed')).toBe(1)
  const reviews = page.getByRole('form', { name: 'Settings of reviews' })
  await reviews.getByLabel('Drawn at random, %').fill('25')
  await reviews.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => timesTold(page, 'settings-changed')).toBe(1)
  const shares = page.getByRole('form', { name: 'Shares of splits' })
  await shares.getByLabel('Test, %').fill('22.5')
  await shares.getByText('Together they are 92.5 %; make it 100 %.').waitFor()
  expect(await shares.getByRole('button', { name: 'Save shares' }).isDisabled()).toBe(true)
  await shares.getByLabel('Evaluation, %').fill('67.5')
  await shares.getByRole('button', { name: 'Save shares' }).click()
  await expect.poll(() => timesTold(page, 'settings-changed')).toBe(2)
  await page.reload()
  expect(await page.getByLabel('A month, for all').inputValue()).toBe('12.5')
  expect(await shares.getByLabel('Test, %').inputValue()).toBe('22.5')
  expect(await page.getByLabel('Drawn at random, %').inputValue()).toBe('25')

  await page.route('**/api/settings', (route) => route.abort())
  await reviews.getByLabel('Drawn at random, %').fill('30')
  await reviews.getByRole('button', { name: 'Save' }).click()
  await reviews.getByRole('alert').getByText('this was not done, or you were not told').waitFor()
})

test('people are invited, given other roles, sent links, and their accounts are closed', async () => {
  await using workplace = await openWorkplace()
  const page = await workplace.signIn({ reducedMotion: 'reduce' })
  await page.goto(`${workplace.origin}/settings`)
  const form = page.getByRole('form', { name: 'Invite somebody' })
  await form.getByLabel('Name').fill('Bo')
  await form.getByLabel('Email').fill('bo@example.org')
  await form.getByRole('button', { name: 'Invite' }).click()
  await page.getByText('Send this to Bo:').waitFor()
  expect(await violationsInBoth(page)).toEqual([])

  await page.getByRole('combobox', { name: 'Roles of Bo' }).focus()
  await page.keyboard.press('ArrowDown')
  await page.getByRole('option', { name: /^Approver/u }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Save roles' }).click()
  await expect.poll(() => timesTold(page, 'roles-changed')).toBe(1)

  await page.getByRole('button', { name: 'Password link for Bo' }).click()
  const links = page.getByRole('status').filter({ hasText: 'set-password' })
  await expect.poll(() => links.count()).toBe(2)

  await page.getByRole('button', { name: 'Close the account of Bo' }).click()
  const dialog = page.getByRole('dialog', { name: 'Close the account of Bo?' })
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Close the account of Bo' }).click()
  await dialog.getByRole('button', { name: 'Close the account' }).click()
  await page.getByRole('button', { name: 'Close the account of Bo' }).waitFor({ state: 'detached' })
})

test('who ends the own session stands before the sign-in', async () => {
  const workplace = shared()
  const page = await workplace.signIn()
  await page.goto(`${workplace.origin}/settings`)
  await page.getByRole('button', { name: 'Sign out here' }).click()
  await page.getByRole('heading', { name: 'Sign in to Proofloop' }).waitFor()
  expect((await page.request.get(`${workplace.origin}/api/me`)).status()).toBe(401)
})

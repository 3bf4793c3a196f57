import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { violationsInBoth } from './helpers/axe.ts'
import { addDataset, letters, openDatasets } from './helpers/letters-on-page.ts'
import { uploadAndReview } from './helpers/review-on-page.ts'
import { shareWorkplace } from './helpers/share-workplace.ts'
import { staysInside, walkByTab } from './helpers/walk-by-tab.ts'

const shared = shareWorkplace()

/** What the keyboard is at is called; empty when it is at nothing. */
const nameOfFocused = `(() => {
  const at = document.activeElement
  if (at === null || at === document.body) return ''
  return at.labels?.[0]?.textContent ?? at.getAttribute('aria-label') ?? at.textContent
})()`

/** By Tab alone, from where the keyboard is. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let pressed = 0; pressed < 200; pressed += 1) {
    const words: string = await page.evaluate(nameOfFocused)
    if (name.test(words.trim())) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not come to ${name.source}.`)
}

/** What is wrong with a page for who has no pointer, and what axe finds. */
async function faultsOf(page: Page) {
  const { unreached, unseen, stops } = await walkByTab(page, page.getByRole('main'))
  return { unreached, unseen, isEmpty: stops === 0, violations: await violationsInBoth(page) }
}

const none = { unreached: [], unseen: [], isEmpty: false, violations: [] }

test('datasets are gone through by keyboard: list, version, what differs, copies and leaks', async () => {
  const page = await shared().signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  await addDataset(page, 'walked')
  await addDataset(page, 'walked', [
    ...letters,
    { id: 'closed', split: 'evaluation', paragraphs: ['We are closed in May.'], issues: [] },
  ])
  await openDatasets(page, '')
  await page.getByRole('row', { name: /^walked/u }).waitFor()
  expect(await faultsOf(page)).toEqual(none)
  await tabTo(page, /^walked$/u)
  await page.keyboard.press('Enter')

  await page.getByRole('heading', { name: 'walked', level: 1 }).waitFor()
  await page.getByText('Nothing is proposed now.').waitFor()
  expect(await faultsOf(page)).toEqual(none)
  await tabTo(page, /^evaluation: \+1 example/u)
  await page.keyboard.press('Enter')
  await page.getByText('Examples: 1 added.').waitFor()
  expect(await faultsOf(page)).toEqual(none)
  await tabTo(page, /^walked$/u)
  await page.keyboard.press('Enter')
  await page.getByRole('region', { name: 'List of versions' }).waitFor()

  await tabTo(page, /^[0-9a-f]{12}$/u)
  await page.keyboard.press('Enter')
  await page.getByText('4 of 4 examples').waitFor()
  await tabTo(page, /^Check for copies and leaks$/u)
  await page.keyboard.press('Enter')
  await page
    .getByText(/sets? of copies, or of parts of one document, in more than one split/u)
    .waitFor()
  expect(await faultsOf(page)).toEqual(none)
  await tabTo(page, /^closed$/u)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '0 labels' }).waitFor()
  expect(await faultsOf(page)).toEqual(none)
})

test('dialogs of a dataset keep the keyboard and give it back', async () => {
  const page = await shared().signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  await addDataset(page, 'held')
  await openDatasets(page, '/held')
  for (const [button, title] of [
    [/^Hand it on$/u, 'Who is to own it?'],
    [/^Let a third of test retire$/u, 'Let a third of test retire?'],
  ] as const) {
    await page.getByRole('button', { name: button }).waitFor()
    await tabTo(page, button)
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: title })
    await dialog.waitFor()
    expect([title, await staysInside(page, dialog)]).toEqual([title, true])
    const { unseen } = await walkByTab(page, dialog)
    expect(unseen).toEqual([])
    expect(await violationsInBoth(page)).toEqual([])
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await expect.poll(() => page.evaluate(nameOfFocused)).toMatch(button)
  }
})

test('what is proposed is ticked and declined by keyboard', async () => {
  const page = await shared().signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  await addDataset(page, 'asked')
  await uploadAndReview(page, { name: 'asked.pdf', pages: 1, issues: 2 })
  for (const key of ['a', 'a', 'm']) {
    const kept = page.waitForResponse((answer) => answer.request().method() !== 'GET')
    await page.keyboard.press(key)
    expect((await kept).ok()).toBe(true)
  }
  await openDatasets(page, '/asked')
  const row = page.getByRole('row', { name: 'asked.pdf' })
  await row.waitFor()
  expect(await faultsOf(page)).toEqual(none)
  await tabTo(page, /^Tick asked\.pdf$/u)
  await page.keyboard.press('Space')
  await tabTo(page, /^Decline 1$/u)
  await page.keyboard.press('Enter')
  await row.waitFor({ state: 'detached' })
  await page.getByText('Nothing is proposed now.').waitFor()
})

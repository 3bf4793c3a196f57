import { expect, test } from 'vitest'
import { violationsInBoth } from './helpers/axe.ts'
import { addDataset, letters, openDatasets, promise } from './helpers/letters-on-page.ts'
import { uploadAndReview } from './helpers/review-on-page.ts'
import { shareWorkplace } from './helpers/share-workplace.ts'

const shared = shareWorkplace()

test('what was reviewed whole is added or declined, and a third of test retires', async () => {
  const page = await shared().signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  await addDataset(page, 'letters')
  const { origin } = shared()
  for (const name of ['proposed.pdf', 'unwanted.pdf']) {
    await page.goto(`${origin}/documents`)
    await uploadAndReview(page, { name, pages: 1, issues: 2 })
    for (const done of [1, 2]) {
      // The page counts a verdict before the server has it.
      const kept = page.waitForResponse(
        (answer) => answer.url().endsWith('/verdicts') && answer.request().method() === 'POST',
      )
      await page.keyboard.press('a')
      await page.getByText(`${done} of 2 reviewed`).waitFor()
      expect((await kept).status()).toBe(201)
    }
    const kept = page.waitForResponse((answer) => answer.url().includes('/read-marks/'))
    await page.keyboard.press('m')
    expect((await kept).status()).toBe(200)
  }
  await openDatasets(page, '/letters')
  const list = page.getByRole('region', { name: 'List of proposals' })
  const unwanted = list.getByRole('row', { name: 'unwanted.pdf' })
  await unwanted.getByText('2 accepted').waitFor()
  await unwanted.getByRole('checkbox').check()
  expect(await violationsInBoth(page)).toEqual([])
  await page.getByRole('button', { name: 'Decline 1' }).press('Enter')
  await unwanted.waitFor({ state: 'detached' })
  await page.locator(':focus').getByText('Decline 0').waitFor()
  await list.getByRole('checkbox', { name: 'Tick all' }).check()
  await page.getByLabel('Split of what is added').selectOption('all into evaluation')
  await page.getByRole('button', { name: 'Add 1 of 1 as a new version' }).click()
  await page
    .getByRole('status')
    .getByText(/^Added letters .* 4 examples\./u)
    .waitFor()
  await page.getByText('reviews', { exact: true }).waitFor()
  await page.getByText('Nothing is proposed now.').waitFor()

  await page.getByRole('button', { name: 'Let a third of test retire' }).click()
  const dialog = page.getByRole('dialog', { name: 'Let a third of test retire?' })
  // Its only group: a test without an example measures nothing.
  await dialog.getByRole('alert').getByText('it has 1 group, and nothing comes in').waitFor()
  expect(await dialog.getByRole('button', { name: 'Retire a third' }).isDisabled()).toBe(true)
  expect(await violationsInBoth(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.waitFor({ state: 'detached' })
})

test('baseline and anchor are marked, and measured on the new test after a rotation', async () => {
  const page = await shared().signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  const more = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => ({
    ...letters[0],
    id,
    split: 'test',
    paragraphs: [`Letter ${id.repeat(7)}. ${promise}`, 'You has two years for it.'],
    issues: [{ type: 'Definitive Language', text: 'will always' }],
  }))
  // The letter of test has retired in another dataset.
  const others = letters.filter(({ split }) => split !== 'test')
  await addDataset(page, 'rotated', [...others, ...more])
  await openDatasets(page, '/rotated')
  const section = page.getByRole('region', { name: 'Baseline and anchor' })
  await section.getByText('No version is marked yet.').waitFor()
  for (const role of ['anchor', 'baseline']) {
    await section.getByRole('button', { name: `Mark the flow in use as ${role}` }).click()
    await section.getByRole('row', { name: new RegExp(`^${role}`, 'u') }).waitFor()
  }
  const [baseline, anchor] = ['baseline', 'anchor'].map((role) =>
    section.getByRole('row', { name: new RegExp(`^${role}`, 'u') }),
  )
  await baseline?.getByText('not measured').waitFor()
  await page.getByRole('button', { name: 'Let a third of test retire' }).click()
  const dialog = page.getByRole('dialog', { name: 'Let a third of test retire?' })
  const table = dialog.getByRole('table', { name: 'What it comes to' })
  await table.waitFor()
  const sizes = await table.getByRole('row').all()
  const cells = sizes.map(async (row) => (await row.getByRole('cell').allTextContents()).join(' '))
  expect(await Promise.all(cells)).toEqual(['', '6 6 6', '2 2 2', '0 0 0', '4 4 4'])
  expect(await violationsInBoth(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Retire a third' }).click()
  await page
    .getByText('2 groups retired from test into evaluation: test 6 → 4 groups, 0 refilled.')
    .waitFor()
  for (const row of [baseline, anchor]) {
    await row?.getByText(/^\d issues in 4 examples, 3 runs each/u).waitFor()
    await row
      ?.getByText(/^\d\.\d{3} \[\d\.\d{3}, \d\.\d{3}\]$/u)
      .first()
      .waitFor()
  }
  expect(await section.getByRole('button', { name: /anchor|Measure/u }).count()).toBe(0)
  expect(await violationsInBoth(page)).toEqual([])
})

import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { violationsInBoth } from './helpers/axe.ts'
import { addDataset, letters, openDatasets } from './helpers/letters-on-page.ts'
import { beyondEdge, inviteOnPage } from './helpers/on-page.ts'
import { openWorkplace } from './helpers/open-workplace.ts'

/** By keyboard alone; the place is the first one where there are several. */
async function label(page: Page, words: string, type: string): Promise<void> {
  const form = page.getByRole('form', { name: 'Label words' })
  await form.getByLabel('Words').focus()
  await page.keyboard.type(words)
  if (await form.getByLabel(/Which of/u).isVisible()) {
    await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowDown')
  }
  await page.keyboard.press('Tab')
  await page.keyboard.type(type)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: `Edit ${type} “${words}”` }).waitFor()
}

async function press(button: Locator): Promise<void> {
  await button.focus()
  await button.press('Enter')
}

async function handIn(page: Page): Promise<void> {
  await press(page.getByRole('button', { name: 'Hand in', exact: true }))
  await press(page.getByRole('dialog').getByRole('button', { name: 'Hand them in' }))
}

test('two people label an example apart, and one settles where they differ', async () => {
  await using workplace = await openWorkplace()
  const ada = await workplace.signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  await addDataset(ada, 'letters')
  const roles = ['custodian']
  const ben = await inviteOnPage(workplace, ada, { roles, keep: ['custodian', 'admin'] })
  await ben.emulateMedia({ reducedMotion: 'reduce' })

  await openDatasets(ada, '/letters')
  await ada.getByText('Owned by').waitFor()
  await press(ada.getByRole('link', { name: 'Labelling by several people' }))
  await ada.getByText('Nobody has begun.').waitFor()
  expect(await violationsInBoth(ada)).toEqual([])
  await press(ada.getByRole('link', { name: 'offer' }))
  // Labels that the version has would lead those who label it.
  await ada.getByRole('heading', { name: '0 labels' }).waitFor()
  await label(ada, 'will always', 'Promise')
  await label(ada, 'two years', 'Promise')
  await press(ada.getByRole('button', { name: 'Save for later' }))
  await ada.getByText('2 labels, saved.').waitFor()
  expect(await violationsInBoth(ada)).toEqual([])

  await openDatasets(ben, '/letters/labelling/example?id=offer')
  await ben.getByText('Nobody sees your labels').waitFor()
  expect(await ben.getByRole('main').innerText()).not.toContain('Promise')
  await label(ben, 'always', 'Promise')
  await label(ben, 'You has', 'Grammar')
  await handIn(ben)
  await ben.getByText('Two people must have handed in theirs').waitFor()
  expect(await ben.getByRole('main').innerText()).not.toContain('two years')

  await ada.reload()
  await ada.getByRole('heading', { name: '2 labels' }).waitFor()
  expect(await ada.getByRole('main').innerText()).not.toContain('Grammar')
  await handIn(ada)
  await ada.getByRole('region', { name: 'Differ: 2' }).waitFor()
  await ada.getByRole('region', { name: 'Agreed: 1' }).waitFor()
  await ada.getByText('0 of 2 differences decided; the example will have 1 label.').waitFor()
  const settle = ada.getByRole('button', { name: 'Settle as a new version' })
  expect(await settle.isDisabled()).toBe(true)
  expect(await violationsInBoth(ada)).toEqual([])
  await ada.setViewportSize({ width: 390, height: 844 })
  expect(await beyondEdge(ada)).toBe(0)
  await ada.setViewportSize({ width: 1280, height: 800 })

  const years = ada.getByRole('group', { name: 'two years' })
  await years.getByRole('radio', { name: /^Promise/u }).focus()
  await ada.keyboard.press('Space')
  await ada.keyboard.press('ArrowDown')
  expect(await years.getByRole('radio', { name: 'None of them' }).isChecked()).toBe(true)
  await ada.getByRole('group', { name: 'You has' }).getByRole('radio').first().focus()
  await ada.keyboard.press('Space')
  await ada.getByText('2 of 2 differences decided; the example will have 2 labels.').waitFor()
  await ada.getByLabel('Note').fill('Talked about it.')
  await ada.keyboard.press('Enter')
  await ada.getByText('Settled by').waitFor()
  await press(ada.getByRole('link', { name: 'its labels in the newest version' }))
  await ada.getByText(/labelled by .+ and .+, settled by/u).waitFor()
  const items = ada.getByRole('complementary', { name: 'Labels' }).getByRole('listitem')
  const shown = (await items.allInnerTexts()).map((text) => text.split('\n')[0])
  expect(shown).toEqual([expect.stringMatching(/^Promise “/u), 'Grammar “You has”'])
  await openDatasets(ada, '/letters')
  await ada.getByText('labels of several people: Talked about it.').waitFor()

  await openDatasets(ben, '/letters/labelling')
  const people = ben.getByRole('region', { name: 'List of people' })
  await people.waitFor()
  expect(await people.getByRole('cell').allInnerTexts()).toEqual([
    '1 of 3',
    '0',
    '0',
    '1 of 3',
    '0',
    '0',
  ])
  const issues = ben.getByRole('row', { name: /^Issues that somebody labelled/u })
  await issues.getByText('0.333').waitFor()
  await ben
    .getByRole('row', { name: /^offer/u })
    .getByText('settled')
    .waitFor()
  expect(await violationsInBoth(ben)).toEqual([])
  await ben.setViewportSize({ width: 390, height: 844 })
  expect(await beyondEdge(ben)).toBe(0)
})

test('a dataset is handed on to another custodian, and its list says whose it is', async () => {
  await using workplace = await openWorkplace()
  const ada = await workplace.signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  await addDataset(ada, 'letters', letters.slice(0, 1))
  await inviteOnPage(workplace, ada, { roles: ['custodian'], keep: ['custodian', 'admin'] })
  await openDatasets(ada, '/letters')
  await press(ada.getByRole('button', { name: 'Hand it on' }))
  const dialog = ada.getByRole('dialog', { name: 'Who is to own it?' })
  await dialog.getByLabel('Owner of letters').selectOption('Ben')
  expect(await violationsInBoth(ada)).toEqual([])
  await press(dialog.getByRole('button', { name: 'Hand it on' }))
  await ada.getByText('Owned by Ben').waitFor()
  await openDatasets(ada, '')
  const row = ada.getByRole('region', { name: 'List of datasets' }).getByRole('row').nth(1)
  await row.getByRole('cell', { name: 'Ben', exact: true }).waitFor()
})

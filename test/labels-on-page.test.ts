import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { violationsInBoth } from './helpers/axe.ts'
import { addDataset, letters, openDatasets } from './helpers/letters-on-page.ts'
import { shareWorkplace } from './helpers/share-workplace.ts'

const shared = shareWorkplace()

test('words are picked in the text and labelled, and the labels are saved as a version', async () => {
  const page = await shared().signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  await addDataset(page, 'labelled')
  await openDatasets(page, '/labelled/versions/newest/example?id=offer')
  await page.getByRole('heading', { name: '2 labels' }).waitFor()
  await selectWords(page, 'You has two years', 'two years')
  const form = page.getByRole('form', { name: 'Label words' })
  expect(await form.getByLabel('Words').inputValue()).toBe('two years')
  await page.keyboard.type('Definitive Language')
  await form.getByLabel('What is wrong?').fill('Too exact.')
  await form.getByLabel('Fix').fill('some years')
  await form.getByLabel('Ignore').check()
  expect(await violationsInBoth(page)).toEqual([])
  await form.getByRole('button', { name: 'Add the label' }).click()
  await page.getByRole('heading', { name: '3 labels' }).waitFor()
  await page.getByRole('button', { name: 'Remove Grammar “never there”' }).click()
  await page.getByRole('button', { name: 'Edit Definitive Language “will always”' }).click()
  const change = page.getByRole('form', { name: 'Change a label' })
  await change.getByLabel('Fix').fill('will')
  await change.getByRole('button', { name: 'Change the label' }).click()

  page.once('dialog', (dialog) => void dialog.dismiss())
  await page.getByRole('link', { name: 'Documents', exact: true }).click()
  await page.getByRole('form', { name: 'Save the labels' }).getByLabel('Note').fill('Read again.')
  await page.getByRole('button', { name: 'Save as a new version' }).click()
  await page.waitForURL(/versions\/[0-9a-f]{64}\/example/u)
  await page.getByText('Select words in the text').waitFor()
  const labels = page.getByRole('complementary', { name: 'Labels' }).getByRole('listitem')
  expect((await labels.allInnerTexts()).map((text) => text.split('\n')[0])).toEqual([
    'Definitive Language “will always” fix: “will” A promise.',
    'Definitive Language “two years” fix: “some years” ignored Too exact.',
  ])
  await openDatasets(page, '/labelled')
  await page.getByText('labels of an example: Read again.').waitFor()
  await page.getByRole('link', { name: 'evaluation: as many, other ones' }).waitFor()
})

test('an example is labelled by keyboard alone', async () => {
  const page = await shared().signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  await addDataset(page, 'typed')
  await openDatasets(page, '/typed/versions/newest/example?id=offer')
  const form = page.getByRole('form', { name: 'Label words' })
  await form.getByLabel('Words').focus()
  await page.keyboard.type('You hat')
  await form.getByText('Not in the text.').waitFor()
  await page.keyboard.press('Backspace')
  await page.keyboard.type('s')
  await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowDown')
  expect(await form.getByLabel('Which of 2 places').inputValue()).toBe('1 0')
  await page.keyboard.press('Tab')
  await page.keyboard.type('Grammar')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '3 labels' }).waitFor()
  expect(await form.getByRole('textbox', { name: 'Words' }).inputValue()).toBe('')
  expect(await page.evaluate('document.activeElement.labels[0].innerText')).toBe('Words')
  await page.getByRole('checkbox', { name: 'Ignore Grammar “You has”' }).focus()
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: 'Save as a new version' }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(/versions\/[0-9a-f]{64}\/example/u)
  const last = page.getByRole('complementary').getByRole('listitem').last()
  await last.getByText('Grammar “You has” ignored').waitFor()
  await last.getByRole('button', { name: 'Paragraph 2' }).waitFor()
})

test('labels that would show engineers what is hidden are saved once that is confirmed', async () => {
  const page = await shared().signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  const both = ['one', 'other'].map((id) => ({
    id,
    split: 'test',
    group: 'both',
    paragraphs: [`Whoever asks for ${id} of the two is given it on the same day.`],
    issues: [],
  }))
  await addDataset(page, 'going-along', [...letters.slice(0, 1), ...both])
  await addDataset(page, 'hiding', both.slice(1))
  const shown = { ...both[0], split: 'evaluation' }
  await addDataset(page, 'showing', [shown])
  await openDatasets(page, '/going-along/versions/newest/example?id=offer')
  await page.getByRole('button', { name: 'Remove Grammar “never there”' }).click()
  const save = page.getByRole('button', { name: 'Save as a new version' })
  await save.click()
  const dialog = page.getByRole('dialog', { name: 'Show engineers what is hidden?' })
  await dialog.getByText('"other" is hidden until now').waitFor()
  expect(await violationsInBoth(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('heading', { name: '1 label', exact: true }).waitFor()
  await save.click()
  await dialog.getByRole('button', { name: 'Show it for ever' }).click()
  await page.waitForURL(/versions\/[0-9a-f]{64}\/example/u)
  await openDatasets(page, '/going-along/versions/newest?split=evaluation')
  await page.getByRole('link', { name: 'other', exact: true }).waitFor()
})

test('labels that came too late are not saved, and are still there', async () => {
  const page = await shared().signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  await addDataset(page, 'contested')
  const example = '/contested/versions/newest/example?id=offer'
  await openDatasets(page, example)
  await page.getByRole('button', { name: 'Remove Grammar “never there”' }).click()
  const other = await shared().signIn({ locale: 'en-US' })
  await openDatasets(other, example)
  await other.getByRole('checkbox', { name: 'Ignore Grammar' }).check()
  await other.getByRole('button', { name: 'Save as a new version' }).click()
  await other.waitForURL(/versions\/[0-9a-f]{64}\/example/u)
  const labels = page.getByRole('complementary', { name: 'Labels' }).getByRole('listitem')
  const save = page.getByRole('button', { name: 'Save as a new version' })
  const theirs = page.getByRole('button', { name: 'Discard mine, show theirs' })

  await page.route('**/api/**', (route) => route.abort())
  await save.click()
  await page.getByText('Trying again.').waitFor()
  await page.unroute('**/api/**')
  // All is read anew when the server is back.
  await theirs.waitFor()
  expect(await labels.count()).toBe(1)
  await save.click()
  await page.getByRole('alert').getByText('Somebody has labelled this example meanwhile').waitFor()
  expect(await labels.count()).toBe(1)
  await theirs.click()
  await labels.nth(1).getByText('ignored').waitFor()
})

/** As people do it: over the words with the pointer. */
async function selectWords(page: Page, text: string, words: string): Promise<void> {
  const box = await page.getByText(text).evaluate((element, wanted) => {
    const range = element.ownerDocument.createRange()
    const node = element.firstChild ?? element
    const at = element.textContent.indexOf(wanted)
    range.setStart(node, at)
    range.setEnd(node, at + wanted.length)
    const { left, right, top, height } = range.getBoundingClientRect()
    return { left, right, y: top + height / 2 }
  }, words)
  await page.mouse.move(box.left + 1, box.y)
  await page.mouse.down()
  await page.mouse.move(box.right - 1, box.y, { steps: 4 })
  await page.mouse.up()
}

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { violationsInBoth } from './helpers/axe.ts'
import { addDataset, fileOf, letters, openDatasets, promise } from './helpers/letters-on-page.ts'
import { inviteOnPage } from './helpers/on-page.ts'
import { openWorkplace } from './helpers/open-workplace.ts'
import { shareWorkplace } from './helpers/share-workplace.ts'

const shared = shareWorkplace()

test('a custodian adds a dataset, then a version, and sees what differs', async () => {
  const page = await shared().signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  await openDatasets(page, '')
  const form = page.getByRole('form', { name: 'Add a version' })
  await form.getByLabel('Name of the dataset').fill('service letters')
  await form.getByLabel('File', { exact: true }).setInputFiles(fileOf(letters))
  await form.getByLabel('Splits').selectOption('as the file says')
  await form.getByRole('button', { name: 'Add' }).click()
  await form.getByRole('alert').getByText('letters, digits, dots').waitFor()
  await form.getByLabel('Name of the dataset').fill('service')
  await form.getByRole('button', { name: 'Add' }).click()
  await page
    .getByRole('status')
    .getByText(/^Added service [0-9a-f]{12}, 3 examples\./u)
    .waitFor()
  const row = page.getByRole('row', { name: /^service/u })
  const cells = await row.getByRole('cell').allInnerTexts()
  expect(cells.slice(1, 4)).toEqual([
    '2 issues in 1 example',
    '0 issues in 1 example',
    '0 issues in 1 example',
  ])

  await row.getByRole('link').click()
  await page.getByRole('heading', { name: 'service', level: 1 }).waitFor()
  await page.getByText('first version').waitFor()
  await form.getByLabel('File', { exact: true }).setInputFiles(
    fileOf([
      { ...letters[1], issues: [{ type: 'Tone', text: 'Thank you' }] },
      { ...letters[1], id: 'second', paragraphs: ['Thank you for the other letter.'] },
    ]),
  )
  await form.getByLabel('The file').selectOption('is added to what is there')
  await form.getByLabel('Splits').selectOption('as the file says')
  await form.getByLabel('Note').fill('More thanks.')
  await form.getByRole('button', { name: 'Add' }).click()
  await page.getByText('letters.jsonl: More thanks.').waitFor()
  await page.getByRole('link', { name: 'test: +1 example, +1 issue' }).click()
  await page.getByText('Examples: 1 relabelled, 1 added.').waitFor()
  await page.getByRole('region', { name: 'Added: 1' }).getByText('second Test').waitFor()
  const relabelled = page.getByRole('region', { name: 'Relabelled: 1' })
  await relabelled.getByText('Tone “Thank you”').waitFor()
  expect(await violationsInBoth(page)).toEqual([])
  const [first, newest] = [page.getByLabel('From'), page.getByLabel('To', { exact: true })]
  await newest.selectOption(await first.inputValue())
  await page.getByText('Nothing differs.').waitFor()
})

test('a version is read, exported with its checksum, and checked for copies and leaks', async () => {
  const page = await shared().signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  const text = 'Our office is closed on the first of May.'
  await addDataset(page, 'checked', [
    ...letters,
    { id: 'closed', split: 'test', paragraphs: [text], issues: [] },
    { id: 'closed again', split: 'test', paragraphs: [text.toUpperCase()], issues: [] },
  ])
  await openDatasets(page, '/checked/versions/newest')
  await page.getByText('5 of 5 examples').waitFor()
  const offer = page.getByRole('listitem').filter({ hasText: 'will always' }).first()
  expect(await offer.locator('mark').allInnerTexts()).toEqual(['will always'])
  await offer.getByText('place unknown').waitFor()
  await page.getByLabel('Of which split').selectOption('Audit')
  await page.getByText('1 of 1 example').waitFor()
  expect(await violationsInBoth(page)).toEqual([])

  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Test', exact: true }).click()
  const saved = await readFile(await (await download).path())
  const sha256 = createHash('sha256').update(saved).digest('hex')
  await page.getByText(`Saved checked-test.jsonl, SHA-256 ${sha256}`).waitFor()
  expect(saved.toString().trim().split('\n')).toHaveLength(3)

  await page.getByRole('button', { name: 'Check for copies and leaks' }).click()
  await page
    .getByText(
      '0 sets of copies, or of parts of one document, in more than one split, among 5 examples',
    )
    .waitFor()
  await page.getByText('1 set of copies within a split').waitFor()
  const copies = page.getByRole('region', { name: 'Copies within a split' })
  await copies.getByRole('link', { name: 'closed again' }).waitFor()
  expect(await violationsInBoth(page)).toEqual([])
})

const later = 'We will never come back to what we said, whatever it was and whoever said so.'

test('an engineer sees evaluation as if there were no more, and nothing to change', async () => {
  await using workplace = await openWorkplace()
  const ada = await workplace.signIn({ locale: 'en-US' })
  await addDataset(ada, 'letters', [
    ...letters,
    { ...letters[0], id: 'second', paragraphs: [later] },
  ])
  await ada.goto(`${workplace.origin}/settings`)
  const texts = ada.getByRole('form', { name: 'Texts a day' })
  await texts.getByLabel('Different texts a day').fill('1')
  await texts.getByRole('button', { name: 'Save texts' }).click()
  const page = await inviteOnPage(workplace, ada, {
    roles: ['engineer'],
    keep: ['custodian', 'admin'],
  })
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.getByRole('link', { name: 'Datasets', exact: true }).click()
  const list = page.getByRole('region', { name: 'List of datasets' })
  await list.getByText('4 issues in 2 examples').waitFor()
  const head = await list.getByRole('columnheader').allInnerTexts()
  expect(head).toEqual(['Name', 'Owner', 'Evaluation', 'Types', 'Newest version', 'By'])
  expect(await page.getByRole('form').count()).toBe(0)
  await list.getByRole('link', { name: 'letters' }).click()
  await page.getByText('first version').waitFor()
  const shown = await page.getByRole('main').innerText()
  expect(shown).not.toMatch(/test|audit|Proposals|Made of|jsonl/iu)
  expect(await page.getByRole('form').count()).toBe(0)

  await page.getByRole('region', { name: 'List of versions' }).getByRole('link').click()
  await page.getByText('2 of 2 examples').waitFor()
  const second = page.getByRole('listitem').filter({ hasText: 'We will never come' }).first()
  expect(await second.innerText()).not.toContain('whoever said so')
  await second.getByText('Grammar 1').waitFor()
  expect(await page.getByRole('button').allInnerTexts()).toEqual([
    // What is new, and the account.
    expect.anything(),
    expect.anything(),
    'Check for copies and leaks',
  ])
  await page.getByRole('button', { name: 'Check for copies and leaks' }).click()
  await page.getByText('0 sets of copies within the evaluation split').waitFor()
  await page.getByText('Copies in other splits').waitFor()
  expect(await page.getByText('more than one split').count()).toBe(0)
  expect(await violationsInBoth(page)).toEqual([])
  await page.getByRole('link', { name: 'offer' }).click()
  await page.getByRole('heading', { name: '2 labels' }).waitFor()
  expect(await page.getByRole('form').count()).toBe(0)
  expect(await page.getByRole('checkbox').count()).toBe(0)
  expect(await violationsInBoth(page)).toEqual([])
  await page.getByRole('link', { name: 'Next example' }).click()
  await page.getByText('No more new texts today').waitFor()
  await page.getByText(/may open 1 different text a day, .* ask a custodian/u).waitFor()
  expect(await page.getByRole('alert').count()).toBe(0)
  expect(await violationsInBoth(page)).toEqual([])
  await openDatasets(page, '/letters/versions/newest/example?id=offer')
  await page.getByRole('heading', { name: '2 labels' }).waitFor()
  await openDatasets(ada, '')
  await ada.getByRole('region', { name: 'List of texts opened' }).getByText('1 of 1').waitFor()
  expect(await violationsInBoth(ada)).toEqual([])
  await openDatasets(page, '/letters/versions/newest/example?id=thanks')
  await page.getByText('The example cannot be shown').waitFor()
})

test('rows with columns of their own are added on the page, and what is wrong with them is told', async () => {
  const page = await shared().signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  await openDatasets(page, '')
  const form = page.getByRole('form', { name: 'Add a version' })
  const issues = { issues: [{ type: 'Grammar', text: 'was' }] }
  const row = { name: 'memo', text: ['They was late.'], gt_json: JSON.stringify(issues) }
  await form.getByLabel('Name of the dataset').fill('rows')
  const field = form.getByLabel('File', { exact: true })
  expect(await field.getAttribute('accept')).toBe('.jsonl,.ndjson,.json,.csv,.zip')
  await field.setInputFiles(fileOf([row], 'rows.json'))
  await form.getByLabel('Columns').fill('id=name\nparagraphs=text\nissues=gold')
  await form.getByRole('button', { name: 'Add' }).click()
  await form.getByText('has no column "gold"').waitFor()
  await form.getByLabel('Columns').fill('id=name\nparagraphs=text\nissues=gt_json')
  await form.getByRole('button', { name: 'Add' }).click()
  await page.getByRole('status').getByText('1 example').waitFor()
  expect(await violationsInBoth(page)).toEqual([])
})

test('many types are read on a narrow page without scrolling sideways', async () => {
  const page = await shared().signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  const issues = Array.from({ length: 17 }, (_, i) => {
    return { type: `Volume Restriction of kind ${i}`, text: 'always' }
  })
  const splits = ['evaluation', 'test', 'audit'] as const
  await addDataset(
    page,
    'many-types',
    splits.map((split) => ({ id: split, split, paragraphs: [`${promise} ${split}`], issues })),
  )
  await page.setViewportSize({ width: 390, height: 800 })
  for (const [address, names] of [
    ['', ['List of datasets']],
    ['/many-types', ['Sizes of the splits', 'List of versions']],
  ] as const) {
    await openDatasets(page, address)
    for (const name of names) {
      const table = page.getByRole('region', { name })
      await table.locator('tbody tr').first().waitFor()
      const fits = await table.evaluate((one) => one.scrollWidth <= one.clientWidth)
      expect([name, fits]).toEqual([name, true])
      for (const row of await table.locator('tbody tr').all()) {
        expect((await row.boundingBox())?.height).toBeLessThan(700)
      }
    }
    expect(await violationsInBoth(page)).toEqual([])
  }
})

test('who adds copies is told which ones came into one split', async () => {
  const page = await shared().signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  const [offer, thanks] = letters
  await openDatasets(page, '')
  const form = page.getByRole('form', { name: 'Add a version' })
  await form.getByLabel('Name of the dataset').fill('twice')
  const file = fileOf([offer ?? {}, thanks ?? {}, { ...thanks, id: 'thanks again' }])
  await form.getByLabel('File', { exact: true }).setInputFiles(file)
  await form.getByLabel('Splits').selectOption('as the file says')
  await form.getByRole('button', { name: 'Add' }).click()
  const told =
    '3 examples. 1 set of copies or near copies, each in one split, where they count twice: thanks, thanks again (Test).'
  const status = page.getByRole('status').getByText(/^Added twice/u)
  await status.waitFor()
  expect(await status.innerText()).toContain(told)
})

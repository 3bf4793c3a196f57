import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { violationsInBoth } from './helpers/axe.ts'
import { beyondEdge, inviteOnPage } from './helpers/on-page.ts'
import { openWorkplace } from './helpers/open-workplace.ts'
import { uploadAndReview } from './helpers/review-on-page.ts'
import { shareWorkplace } from './helpers/share-workplace.ts'

const shared = shareWorkplace()

const promise = 'We will always repair your washing machine, whatever happens to it.'
const letters = [
  {
    id: 'offer',
    split: 'evaluation',
    paragraphs: [promise, 'You has two years for it. You has to write to us.'],
    issues: [
      {
        type: 'Definitive Language',
        text: 'will always',
        explanation: 'A promise.',
        location: { paragraph: 0, start: 3, end: 14 },
      },
      { type: 'Grammar', text: 'never there' },
    ],
  },
  {
    id: 'thanks',
    split: 'test',
    paragraphs: ['Thank you for your letter of the third of May.'],
    issues: [],
  },
  { id: 'reminder', split: 'audit', paragraphs: ['You has not paid yet.'], issues: [] },
]

function file(examples: readonly object[], name = 'letters.jsonl') {
  const lines = examples.map((example) => `${JSON.stringify(example)}\n`)
  return { name, mimeType: 'application/jsonl', buffer: Buffer.from(lines.join('')) }
}

/** Over HTTP, for tests that are about something else. */
async function addDataset(page: Page, name: string, examples: readonly object[] = letters) {
  const { origin } = new URL(page.url())
  const answer = await page.request.post(`${origin}/api/datasets/${name}/versions`, {
    headers: { origin },
    multipart: { file: file(examples), splits: 'given' },
  })
  expect(answer.status()).toBe(201)
}

async function open(page: Page, address: string): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/datasets${address}`)
}

test('a custodian adds a dataset, then a version, and sees what differs', async () => {
  const page = await shared().signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  await open(page, '')
  const form = page.getByRole('form', { name: 'Add a version' })
  await form.getByLabel('Name of the dataset').fill('service letters')
  await form.getByLabel('File', { exact: true }).setInputFiles(file(letters))
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
  expect(cells.slice(0, 3)).toEqual([
    '2 issues in 1 example',
    '0 issues in 1 example',
    '0 issues in 1 example',
  ])

  await row.getByRole('link').click()
  await page.getByRole('heading', { name: 'service', level: 1 }).waitFor()
  await page.getByText('first version').waitFor()
  await form.getByLabel('File', { exact: true }).setInputFiles(
    file([
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
  await open(page, '/checked/versions/newest')
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
  await page.getByText('0 sets of copies in more than one split, among 5 examples').waitFor()
  await page.getByText('1 set of copies within a split').waitFor()
  const copies = page.getByRole('region', { name: 'Copies within a split' })
  await copies.getByRole('link', { name: 'closed again' }).waitFor()
  expect(await violationsInBoth(page)).toEqual([])
})

test('words are picked in the text and labelled, and the labels are saved as a version', async () => {
  const page = await shared().signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  await addDataset(page, 'labelled')
  await open(page, '/labelled/versions/newest/example?id=offer')
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
  await open(page, '/labelled')
  await page.getByText('labels of an example: Read again.').waitFor()
  await page.getByRole('link', { name: 'evaluation: as many, other ones' }).waitFor()
})

test('an example is labelled by keyboard alone', async () => {
  const page = await shared().signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  await addDataset(page, 'typed')
  await open(page, '/typed/versions/newest/example?id=offer')
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

test('labels that came too late are not saved, and are still there', async () => {
  const page = await shared().signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  await addDataset(page, 'contested')
  const example = '/contested/versions/newest/example?id=offer'
  await open(page, example)
  await page.getByRole('button', { name: 'Remove Grammar “never there”' }).click()
  const other = await shared().signIn({ locale: 'en-US' })
  await open(other, example)
  await other.getByRole('checkbox', { name: 'Ignore Grammar' }).check()
  await other.getByRole('button', { name: 'Save as a new version' }).click()
  await other.waitForURL(/versions\/[0-9a-f]{64}\/example/u)
  const labels = page.getByRole('complementary', { name: 'Labels' }).getByRole('listitem')
  const save = page.getByRole('button', { name: 'Save as a new version' })
  const theirs = page.getByRole('button', { name: 'Discard mine, show theirs' })

  await page.route('**/api/**', (route) => route.abort())
  await save.click()
  await page.getByText('Trying again;').waitFor()
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

test('what was reviewed whole is added or declined, and a third of test retires', async () => {
  await using workplace = await openWorkplace()
  const page = await workplace.signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  await addDataset(page, 'letters')
  const { origin } = workplace
  // All are asked to be reviewed whole.
  const settings = { headers: { origin }, data: { randomShare: 1 } }
  expect((await page.request.put(`${origin}/api/settings`, settings)).status()).toBe(200)
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
  }
  await open(page, '/letters')
  const list = page.getByRole('region', { name: 'List of proposals' })
  const unwanted = list.getByRole('row', { name: 'unwanted.pdf' })
  await unwanted.getByText('2 accepted').waitFor()
  await unwanted.getByRole('checkbox').check()
  expect(await violationsInBoth(page)).toEqual([])
  await page.getByRole('button', { name: 'Decline 1' }).click()
  await unwanted.waitFor({ state: 'detached' })
  await list.getByRole('checkbox', { name: 'Tick all' }).check()
  await page.getByRole('button', { name: 'Add 1 of 1 as a new version' }).click()
  await page
    .getByRole('status')
    .getByText(/^Added letters .* 4 examples\./u)
    .waitFor()
  await page.getByText('reviews', { exact: true }).waitFor()
  await page.getByText('Nothing is proposed now.').waitFor()

  await page.getByRole('button', { name: 'Let a third of test retire' }).click()
  const dialog = page.getByRole('dialog', { name: 'Let a third of test retire?' })
  await dialog.waitFor()
  expect(await violationsInBoth(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Retire a third' }).click()
  await page.getByText('1 group retired from test into evaluation.').waitFor()
})

test('baseline and anchor are marked, and measured on the new test after a rotation', async () => {
  const page = await shared().signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  const more = ['a', 'b', 'c', 'd', 'e'].map((id) => ({
    ...letters[0],
    id,
    split: 'test',
    paragraphs: [`Letter ${id.repeat(7)}. ${promise}`, 'You has two years for it.'],
    issues: [{ type: 'Definitive Language', text: 'will always' }],
  }))
  await addDataset(page, 'rotated', [...letters, ...more])
  await open(page, '/rotated')
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
  await page.getByRole('dialog').getByRole('button', { name: 'Retire a third' }).click()
  await page.getByText('2 groups retired from test into evaluation.').waitFor()
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

test('an engineer sees evaluation as if there were no more, and nothing to change', async () => {
  await using workplace = await openWorkplace()
  const ada = await workplace.signIn({ locale: 'en-US' })
  await addDataset(ada, 'letters')
  const page = await inviteOnPage(workplace, ada, {
    roles: ['engineer'],
    keep: ['custodian', 'admin'],
  })
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.getByRole('link', { name: 'Datasets', exact: true }).click()
  const list = page.getByRole('region', { name: 'List of datasets' })
  await list.getByText('2 issues in 1 example').waitFor()
  const head = await list.getByRole('columnheader').allInnerTexts()
  expect(head).toEqual(['Name', 'Evaluation', 'Types', 'Newest version', 'By'])
  expect(await page.getByRole('form').count()).toBe(0)
  await list.getByRole('link', { name: 'letters' }).click()
  await page.getByText('first version').waitFor()
  const shown = await page.getByRole('main').innerText()
  expect(shown).not.toMatch(/test|audit|Proposals|Made of|jsonl/iu)
  expect(await page.getByRole('form').count()).toBe(0)

  await page.getByRole('region', { name: 'List of versions' }).getByRole('link').click()
  await page.getByText('1 of 1 example').waitFor()
  expect(await page.getByRole('button').allInnerTexts()).toEqual([
    expect.anything(),
    'Check for copies and leaks',
  ])
  expect(await violationsInBoth(page)).toEqual([])
  await page.getByRole('link', { name: 'offer' }).click()
  await page.getByRole('heading', { name: '2 labels' }).waitFor()
  expect(await page.getByRole('form').count()).toBe(0)
  expect(await page.getByRole('checkbox').count()).toBe(0)
  expect(await violationsInBoth(page)).toEqual([])
  await open(page, '/letters/versions/newest/example?id=thanks')
  await page.getByText('The example cannot be shown').waitFor()
})

test.each([390, 1001, 3840])('nothing is cut on %i pixels', async (width) => {
  const page = await shared().signIn({ viewport: { width, height: 844 }, reducedMotion: 'reduce' })
  const id = 'a-long-name-without-a-space-'.repeat(5)
  await addDataset(page, `narrow-${'and-long-'.repeat(8)}${width}`, [{ ...letters[0], id }])
  for (const address of ['', ...(await addresses(page, id))]) {
    await open(page, address)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.locator('[class*=Skeleton]').first().waitFor({ state: 'detached' })
    expect([address, await beyondEdge(page)]).toEqual([address, 0])
    expect(await violationsInBoth(page)).toEqual([])
  }
})

/** Of the pages of the dataset that has been added last in a narrow or wide window. */
async function addresses(page: Page, id: string): Promise<string[]> {
  const { width } = page.viewportSize() ?? { width: 0 }
  const dataset = `/narrow-${'and-long-'.repeat(8)}${width}`
  const newest = `${dataset}/versions/newest`
  return [dataset, newest, `${newest}/example?id=${id}`, `${dataset}/compare?from=newest`]
}

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

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { violations } from './helpers/axe.ts'
import { openWorkplace } from './helpers/open-workplace.ts'

/** Letters of which the phrases find most, and one each third letter wrongly or not at all. */
async function writeLetters(folder: string, count = 24): Promise<void> {
  await mkdir(folder, { recursive: true })
  const letters = Array.from({ length: count }, (_, n) => {
    const promised = `Letter ${n}: the plan always covers the cost of a visit.`
    const other = n % 3 === 0 ? 'We never pay twice.' : 'Beyond question, it is worth its price.'
    return { id: `letter-${String(n).padStart(2, '0')}`, texts: [promised, other] }
  })
  const lines = (values: object[]): string =>
    values.map((value) => `${JSON.stringify(value)}\n`).join('')
  const documents = letters.map(({ id, texts }) => ({
    doc_id: id,
    paragraphs: texts.map((text, para_index) => ({ para_index, text })),
  }))
  const gold = letters.flatMap(({ id, texts }, n) => {
    const words = n % 3 === 0 ? ['always'] : ['always', 'Beyond question']
    return words.map((text, para_index) => {
      const start = texts[para_index]?.indexOf(text) ?? 0
      const end = start + text.length
      return { doc_id: id, type: 'Definitive Language', para_index, start, end, text }
    })
  })
  await writeFile(`${folder}/documents.jsonl`, lines(documents))
  await writeFile(`${folder}/gold.jsonl`, lines(gold))
}

async function openMeasuring() {
  const workplace = await openWorkplace()
  await writeLetters(workplace.folder.path('flow/datasets/letters'))
  return workplace
}

async function startEvaluation(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Evaluations', exact: true }).click()
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByRole('heading', { name: 'Evaluation on letters' }).waitFor()
  await page.getByRole('heading', { name: 'Confusion matrix' }).waitFor()
}

test('an evaluation is started, read, and a draft is measured against it and leaves as a patch', async () => {
  await using workplace = await openMeasuring()
  const page = await workplace.signIn({ locale: 'en-US' })
  await page.goto(`${workplace.origin}/evaluations`)
  await page.getByText('Nothing was measured yet').waitFor()
  await startEvaluation(page)
  await page.getByText('95 % interval').first().waitFor()
  const figures = page.getByRole('region', { name: 'Figures by agent' })
  const row = await figures.getByRole('row', { name: /^Definitive Language/u }).innerText()
  expect(row).toMatch(/\d\.\d{3} \[\d\.\d{3}, \d\.\d{3}\]/u)

  const mistakes = page.getByRole('region', { name: /^Mistakes/u }).getByRole('listitem')
  const all = await mistakes.count()
  expect(all).toBeGreaterThan(2)
  await page.getByLabel('Text', { exact: true }).fill('letter-0')
  await page.getByText(`0 of ${all} mistakes`).waitFor()
  await page.getByLabel('Text', { exact: true }).fill('')
  await page.getByLabel('Kind').selectOption('missed')
  await mistakes.first().getByText('missed', { exact: true }).waitFor()
  expect(await mistakes.first().locator('mark').innerText()).toBe('Beyond question')

  await page.getByRole('link', { name: 'Flow', exact: true }).click()
  await page.getByText('Measured on letters').waitFor()
  await page.getByRole('button', { name: 'Edit a draft' }).click()
  const rules = page.getByLabel('phrases.yaml')
  const before = await rules.inputValue()
  await rules.fill('rules: [')
  await page.getByRole('button', { name: 'Make a draft of it' }).click()
  await page.getByRole('alert').getByText('phrases.yaml').waitFor()
  const rule = `  - id: beyond-question
    match: [beyond question]
    explanation: Nothing is.
    fix: probably
    score: 6
    examples: { match: ["Beyond question, it is good."], ignore: ["It is good."] }
`
  await rules.fill(`${before.trimEnd()}\n${rule}`)
  await page.getByRole('button', { name: 'Make a draft of it' }).click()
  const patch = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download as a patch' }).click()
  const saved = await (await patch).path()
  expect(await readFile(saved, 'utf8')).toContain('+  - id: beyond-question')
  await page.getByRole('button', { name: 'Measure both' }).click()
  await page.getByText(/^PASS: we are 95 % sure/u).waitFor()

  await page.getByRole('link', { name: 'All evaluations' }).click()
  await page.getByRole('heading', { name: 'Over the versions' }).waitFor()
  await page.getByLabel('A plot of the table that follows').locator('canvas').waitFor()
  await page.getByText('The numbers of the plot').click()
  const numbers = page.getByRole('region', { name: 'Numbers of the plot' })
  expect(await numbers.getByRole('row').count()).toBe(3)
})

test.each(['light', 'dark'] as const)(
  'axe finds nothing where one measures in %s',
  async (scheme) => {
    await using workplace = await openMeasuring()
    const page = await workplace.signIn({
      colorScheme: scheme,
      reducedMotion: 'reduce',
      locale: 'en-US',
    })
    await startEvaluation(page)
    expect(await violations(page)).toEqual([])
    await startEvaluation(page)
    await page.getByRole('link', { name: 'All evaluations' }).click()
    await page.getByLabel('A plot of the table that follows').locator('canvas').waitFor()
    expect(await violations(page)).toEqual([])
    for (const box of await page.getByRole('checkbox').all()) await box.check()
    await page.getByRole('button', { name: 'Compare the two that are ticked' }).click()
    await page.getByText('Noise floor').waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('link', { name: 'Flow', exact: true }).click()
    await page.getByRole('button', { name: 'Edit a draft' }).click()
    expect(await violations(page)).toEqual([])
    await page.getByRole('link', { name: 'Settings', exact: true }).click()
    await page.getByText('Audit log').waitFor()
    await page.getByText('signed-in').first().waitFor()
    expect(await violations(page)).toEqual([])
  },
)

test('people are invited, keys are made and limits are set on the page', async () => {
  await using workplace = await openWorkplace()
  const page = await workplace.signIn()
  await page.getByRole('link', { name: 'Settings', exact: true }).click()
  await page.getByRole('form', { name: 'Make a key' }).getByLabel('Name of the key').fill('ci')
  await page.getByRole('combobox', { name: 'What it may' }).click()
  await page.getByRole('option', { name: 'evaluations:run' }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Make a key' }).click()
  await page.getByText('Keep it now').waitFor()
  await page.getByRole('button', { name: 'End the key ci' }).waitFor()

  await page.getByLabel('A month, for all').fill('12.5')
  await page.getByRole('button', { name: 'Save limits' }).click()
  await page.getByText('budget-changed').waitFor()

  await page.getByRole('form', { name: 'Invite somebody' }).getByLabel('Name').fill('Bo')
  await page.getByLabel('Email').fill('bo@example.org')
  await page.getByRole('button', { name: 'Invite' }).click()
  await page.getByText('Send this to Bo:').waitFor()
  await page.getByRole('button', { name: 'Close the account of Bo' }).waitFor()
  await page.reload()
  expect(await page.getByLabel('A month, for all').inputValue()).toBe('12.5')
})

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import type { Locator, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { bundleFlow, packBundle } from '../src/flow/bundle.ts'
import { violationsInBoth } from './helpers/axe.ts'
import { shareWorkplace } from './helpers/share-workplace.ts'

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

/** One document of 603 paragraphs; no rule knows its two phrases. */
async function writePolicy(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const clauses = Array.from({ length: 603 }, (_, n) => `Clause ${n} stands here.`)
  clauses[300] = 'Beyond question, it is worth its price.'
  clauses[601] = 'Without doubt, it is worth its price.'
  await writeFile(`${folder}/policy.md`, clauses.join('\n\n'))
  const issues = ['Beyond question', 'Without doubt'].map((text) => {
    return { type: 'Definitive Language', text, location: {} }
  })
  const example = { id: 'policy.md', document: 'policy.md', issues }
  await writeFile(`${folder}/examples.jsonl`, `${JSON.stringify(example)}\n`)
}

const rule = `  - id: beyond-question
    match: [beyond question]
    explanation: Nothing is.
    fix: probably
    score: 6
    examples: { match: ["Beyond question, it is good."], ignore: ["It is good."] }
`

const config = 'export default { models: {}, environments: { dev: {} } }'
const shared = shareWorkplace({ config })
beforeAll(() => writeLetters(shared().folder.path('flow/datasets/letters')))

/** @returns its id */
async function startEvaluation(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByRole('heading', { name: 'Evaluation on letters' }).waitFor()
  await page.getByRole('heading', { name: 'Confusion matrix' }).waitFor()
  return page.url().split('/').at(-1) ?? ''
}

/** Two new ones, compared. */
async function compareTwo(page: Page): Promise<void> {
  const ids: string[] = []
  for (let made = 0; made < 2; made += 1) {
    ids.push(await startEvaluation(page))
    await page.getByRole('link', { name: 'All evaluations' }).click()
  }
  for (const id of ids) {
    const row = page.getByRole('row').filter({ has: page.locator(`a[href$="${id}"]`) })
    await row.getByRole('checkbox').check()
  }
  await page.getByRole('button', { name: 'Compare the two that are ticked' }).click()
  await page.getByText('Noise floor').waitFor()
}

test('an evaluation is started, read, and a draft is measured against it and leaves as a patch', async () => {
  const workplace = shared()
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
  const document = page.getByRole('region', { name: 'Text of letter-01' })
  // textContent, as innerText is empty where the browser has not painted yet (content-visibility).
  expect(await document.locator('mark').textContent()).toBe('Beyond question')
  expect(await document.textContent()).toContain('Letter 1: the plan always covers')

  await page.getByRole('link', { name: 'Flow', exact: true }).click()
  await page.getByText('Measured on letters').waitFor()
  await page.getByRole('button', { name: 'Edit a draft' }).click()
  const rules = page.getByLabel('phrases.yaml')
  const before = await rules.inputValue()
  await rules.fill('rules: [')
  await page.getByRole('button', { name: 'Make a draft of it' }).click()
  await page.getByRole('alert').getByText('phrases.yaml').waitFor()
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

test('mistakes are walked through by keys beside the document in which they were made', async () => {
  const workplace = shared()
  const folder = workplace.folder.path('flow/datasets/policy')
  await writePolicy(folder)
  const page = await workplace.signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  await page.goto(`${workplace.origin}/evaluations`)
  const dataset = page.getByLabel('Dataset', { exact: true })
  await dataset.selectOption({ label: 'policy (1 document, 2 issues)' })
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByRole('heading', { name: 'Confusion matrix' }).waitFor()
  const text = page.getByRole('region', { name: 'Text of policy.md' })
  const chosen = page.locator('[aria-current=true]')
  const chosenSays = (said: string) => expect.poll(() => chosen.innerText()).toBe(said)
  await text.locator('mark', { hasText: 'Beyond question' }).waitFor()
  await chosenSays('missed policy.md · paragraph 301')

  // Its paragraphs are around the mistake, and more of them when one asks.
  await text.getByText('Clause 299 stands here.', { exact: true }).waitFor()
  expect(await text.getByText('Clause 1 stands here.', { exact: true }).count()).toBe(0)
  await text.getByRole('button', { name: 'Show what comes before' }).click()
  await text.getByText('Clause 1 stands here.', { exact: true }).waitFor()

  await page.keyboard.press('j')
  await text.locator('mark', { hasText: 'Without doubt' }).waitFor()
  await chosenSays('missed policy.md · paragraph 602')
  expect(await isInView(text.locator('mark'))).toBe(true)
  await page.keyboard.press('j')
  await chosenSays('missed policy.md · paragraph 602')
  await page.keyboard.press('k')
  await chosenSays('missed policy.md · paragraph 301')
  expect(await violationsInBoth(page)).toEqual([])

  await page.setViewportSize({ width: 390, height: 844 })
  const [list, below] = await Promise.all([chosen.boundingBox(), text.boundingBox()])
  expect(below?.y).toBeGreaterThan(list?.y ?? Infinity)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
  expect(await violationsInBoth(page)).toEqual([])

  // A letter that is typed is a letter.
  await page.getByLabel('Text', { exact: true }).pressSequentially('without j')
  await page.getByText('No mistake matches the filter.').waitFor()

  await rm(folder, { recursive: true })
  await page.reload()
  await page.getByText('The dataset on this server does not have the document.').waitFor()
  const mistakes = page.getByRole('region', { name: /^Mistakes/u })
  expect(await mistakes.locator('blockquote mark').textContent()).toBe('Beyond question')
})

/** In the box that scrolls, too. */
function isInView(target: Locator): Promise<boolean> {
  return target.evaluate((element) => {
    const box = element.closest('[role=region]')?.getBoundingClientRect()
    const { top, bottom } = element.getBoundingClientRect()
    return box !== undefined && box.top <= top && bottom <= box.bottom
  })
}

test('axe finds nothing where one measures, in light and dark', async () => {
  const workplace = shared()
  const page = await workplace.signIn({ reducedMotion: 'reduce', locale: 'en-US' })
  await page.goto(`${workplace.origin}/evaluations`)
  await startEvaluation(page)
  expect(await violationsInBoth(page)).toEqual([])
  await page.getByRole('link', { name: 'All evaluations' }).click()
  await compareTwo(page)
  expect(await violationsInBoth(page)).toEqual([])
  await page.getByRole('link', { name: 'All evaluations' }).click()
  await page.getByLabel('A plot of the table that follows').locator('canvas').waitFor()
  expect(await violationsInBoth(page)).toEqual([])
  await page.getByRole('link', { name: 'Flow', exact: true }).click()
  await page.getByRole('button', { name: 'Edit a draft' }).click()
  expect(await violationsInBoth(page)).toEqual([])
})

test('two evaluations are compared in either direction', async () => {
  const workplace = shared()
  const page = await workplace.signIn({ locale: 'en-US' })
  await page.goto(`${workplace.origin}/evaluations`)
  await compareTwo(page)
  const shownAs = (side: string): Promise<string | null> =>
    page.getByRole('row', { name: side }).getByRole('link').getAttribute('href')
  const both = () => Promise.all([shownAs('Baseline'), shownAs('Candidate')])
  const [baseline, candidate] = await both()
  expect(baseline).not.toBe(candidate)
  await page.getByRole('button', { name: 'Swap the two' }).click()
  await expect.poll(both).toEqual([candidate, baseline])
  await page.getByText('Noise floor').waitFor()
})

test('drafts stay in the list until they are deleted, and are opened and measured from there', async () => {
  const workplace = shared()
  const page = await workplace.signIn({ locale: 'en-US' })
  await page.goto(`${workplace.origin}/flow`)
  await page.getByRole('button', { name: 'Edit a draft' }).click()
  const description = page.getByLabel('agent.yaml')
  const text = (await description.inputValue()).replace(/description: .*/u, 'description: Drafted.')
  await description.fill(text)
  // Who is asked says no.
  const asked: string[] = []
  page.on('dialog', (dialog) => {
    asked.push(dialog.message())
    void dialog.dismiss()
  })
  await page.getByRole('button', { name: 'Close the draft' }).click()
  await page.getByRole('link', { name: 'Evaluations', exact: true }).click()
  await expect.poll(() => asked.length).toBe(2)
  expect(new Set(asked)).toEqual(
    new Set(['Leave without a draft of what you typed for definitive-language?']),
  )
  expect(await description.inputValue()).toBe(text)
  await page.getByRole('button', { name: 'Make a draft of it' }).click()
  await page.getByText(/^Draft [0-9a-f]{12} is kept/u).waitFor()

  await page.reload()
  const item = page.getByRole('listitem').filter({ hasText: 'changes agent.yaml' })
  await item.getByRole('button', { name: /^Open draft/u }).click()
  await expect.poll(() => description.inputValue()).toBe(text)
  const version = (await item.locator('code').innerText()).trim()
  await page.getByRole('link', { name: 'Download as a patch' }).waitFor()

  await page.getByRole('link', { name: 'Evaluations', exact: true }).click()
  await page.getByRole('heading', { name: 'Evaluations', exact: true }).waitFor()
  expect(asked).toHaveLength(2)
  await page
    .getByLabel('Version of the flow')
    .selectOption({ label: `draft ${version} of definitive-language` })
  await page.getByRole('combobox', { name: 'Agents' }).click()
  await page.getByRole('option', { name: 'definitive-language', exact: true }).click()
  await page.keyboard.press('Escape')
  await startEvaluation(page)
  await page.getByText(`${version} · only definitive-language`).waitFor()

  await page.getByRole('link', { name: 'Flow', exact: true }).click()
  await item.getByRole('button', { name: /^Delete draft/u }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete this draft?' })
  await dialog.waitFor()
  expect(await violationsInBoth(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await item.waitFor({ state: 'detached' })
})

test('a draft is tried on a document, and what it alone finds stands beside what is in use', async () => {
  const workplace = shared()
  const page = await workplace.signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  await page.getByLabel('Review at once').uncheck()
  const text = 'The plan guarantees a refund. Beyond question, it is worth its price.\n'
  const file = { name: 'tried.md', mimeType: 'text/markdown', buffer: Buffer.from(text) }
  await page.getByLabel('Files', { exact: true }).setInputFiles(file)
  await page.getByRole('button', { name: 'Review tried.md' }).waitFor()

  await page.getByRole('link', { name: 'Flow', exact: true }).click()
  await page.getByRole('button', { name: 'Edit a draft' }).click()
  const rules = page.getByLabel('phrases.yaml')
  await rules.fill(`${(await rules.inputValue()).trimEnd()}\n${rule}`)
  await page.getByRole('button', { name: 'Make a draft of it' }).click()
  await page.getByLabel('On a document').selectOption('tried.md')
  await page.getByRole('button', { name: 'Review with both' }).click()
  const found = page.getByRole('region', { name: 'What both found' })
  await found.getByText('1 issue found by both').waitFor()
  await found.getByText('0 issues found by it only').waitFor()
  expect(await found.getByRole('listitem').allInnerTexts()).toEqual([
    'Beyond question Beyond question, it is worth its price.',
  ])
  expect(await violationsInBoth(page)).toEqual([])

  await found.getByRole('link', { name: 'Draft' }).click()
  await page.getByText('Trial', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'Back to documents' }).click()
  await page.getByRole('button', { name: 'Review tried.md' }).waitFor()
})

test('a bundle is sent as a file, and the agents that are chosen of it are measured in dev', async () => {
  const workplace = shared()
  const page = await workplace.signIn({ locale: 'en-US', reducedMotion: 'reduce' })
  const { bytes, sha256 } = packBundle(
    await bundleFlow(workplace.folder.path('flow'), { paragraphsPerChunk: 5 }),
  )
  await page.goto(`${workplace.origin}/evaluations`)
  const section = page.getByRole('region', { name: 'Run my bundle' })
  await section.getByText('--dataset letters@evaluation').waitFor()
  expect(await section.getByLabel('Bundle', { exact: true }).count()).toBe(0)
  const send = async (file: { name: string; buffer: Buffer }): Promise<void> => {
    const whole = { mimeType: 'application/json', ...file }
    await section.getByLabel('File of a bundle').setInputFiles(whole)
    await section.getByRole('button', { name: 'Send', exact: true }).click()
  }
  await send({ name: 'torn', buffer: Buffer.from(bytes.slice(1)) })
  await section.getByRole('alert').getByText('This is no bundle').waitFor()
  await send({ name: 'my letters', buffer: Buffer.from(bytes) })
  await section.getByRole('status').getByText('with 1 agent. It is chosen above.').waitFor()
  const short = sha256.slice(0, 12)
  const choice = section.getByLabel('Bundle', { exact: true })
  await choice.waitFor()
  expect(await choice.innerText()).toContain(`my letters ${short}, sent`)
  await section.getByRole('combobox', { name: 'Agents' }).click()
  await page.getByRole('option', { name: 'definitive-language', exact: true }).click()
  await page.keyboard.press('Escape')
  await section.getByLabel('Repeats').fill('1')
  expect(await violationsInBoth(page)).toEqual([])
  await section.getByRole('button', { name: 'Run my bundle' }).click()
  await page.getByRole('heading', { name: 'Confusion matrix' }).waitFor()
  await page
    .getByText(/^my letters .* · only definitive-language · 1 run · in the environment dev ·/u)
    .waitFor()

  await page.goto(`${workplace.origin}/evaluations`)
  await section.getByRole('button', { name: 'Delete it …' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Delete this bundle?' })
  await dialog.getByText(`The bundle my letters ${short} leaves the list.`).waitFor()
  expect(await violationsInBoth(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
  await choice.waitFor({ state: 'detached' })
  const gone = await page.request.get(`${workplace.origin}/api/bundles/${sha256}`)
  expect(gone.status()).toBe(404)
})

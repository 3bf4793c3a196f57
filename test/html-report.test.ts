import { once } from 'node:events'
import { createServer } from 'node:http'
import { fileURLToPath, pathToFileURL } from 'node:url'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadExampleDocuments } from '../src/dataset/example-document.ts'
import { readDataset } from '../src/dataset/read-dataset.ts'
import { readOutputs } from '../src/dataset/read-outputs.ts'
import { createDocumentReader } from '../src/document/document-reader.ts'
import {
  type EvaluatedDocument,
  evaluateOutputs,
  toEvaluationRun,
} from '../src/evaluation/evaluate-outputs.ts'
import { evaluationNotes } from '../src/evaluation/evaluation-notes.ts'
import { summarizeRun } from '../src/evaluation/evaluation-summary.ts'
import { expectReportBuilt, type HtmlReport, htmlReport } from '../src/evaluation/html-report.ts'
import { listMistakesInContext } from '../src/evaluation/mistake-context.ts'
import { launchBrowser } from './helpers/browser.ts'
import { buildPage } from './helpers/built-page.ts'
import { tempFolder } from './helpers/temp-folder.ts'

let browser: Browser
beforeAll(async () => {
  await buildPage()
  browser = await launchBrowser()
})
afterAll(() => browser.close())

/** The report of what was evaluated, as the command line makes it. */
function reportOf(documents: EvaluatedDocument[], rest: Partial<HtmlReport> = {}): Promise<string> {
  const subject = { kind: 'outputs' as const, files: ['outputs.jsonl'] }
  const dataset = { name: 'memos', hash: 'a1b2c3' }
  const identity = { dataset, subject, subjectHash: 'd4e5f6', policyHash: '', types: null }
  const run = toEvaluationRun(documents, identity)
  const summary = summarizeRun(run)
  return htmlReport({
    title: 'Evaluation of memos',
    createdAt: '2026-11-24T15:20:31.000Z',
    dataset: dataset.name,
    subject,
    summary,
    notes: evaluationNotes(summary, run),
    mistakes: listMistakesInContext(documents),
    ...rest,
  })
}

/** The recorded outputs of the reviewed memos, matched. */
async function reviewedMemos(file: 'good' | 'poor'): Promise<EvaluatedDocument[]> {
  const cwd = fileURLToPath(new URL('fixtures/reviewed-memos', import.meta.url))
  const { examples } = await readDataset('.', cwd)
  await using reader = createDocumentReader()
  const loaded = await loadExampleDocuments(examples, reader)
  const documents = examples.map(({ id, issues }) => {
    return { id, paragraphs: loaded.get(id)?.paragraphs ?? [], truths: issues }
  })
  const texts = documents.map(({ id, paragraphs }) => {
    return [id, paragraphs.map(({ text }) => text)] as const
  })
  const outputs = await readOutputs({ cwd, name: `${file}.jsonl`, documents: new Map(texts) })
  return evaluateOutputs({ documents, repeats: [outputs.byDocument], types: null })
}

type Written = { id: string; text: string; truths?: Found[]; issues?: Found[] }
type Found = { type: string; text: string }

function written(documents: Written[]): EvaluatedDocument[] {
  const place = (issue: Found) => ({ ...issue, location: {} })
  return evaluateOutputs({
    documents: documents.map(({ id, text, truths = [] }) => {
      return { id, paragraphs: [{ index: 0, text }], truths: truths.map(place) }
    }),
    repeats: [
      new Map(
        documents.map(({ id, issues = [] }) => [id, { issues: issues.map(place), error: null }]),
      ),
    ],
    types: null,
  })
}

/** The page, opened from a file as a reader would, with all that it asked for and complained of. */
async function open(html: string, options: BrowserContextOptions = {}) {
  const files = await tempFolder({ 'report.html': html })
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const requests: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => requests.push(request.url()))
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  const url = pathToFileURL(files.path('report.html')).href
  await page.goto(url)
  return {
    page,
    url,
    requests,
    complaints,
    async [Symbol.asyncDispose]() {
      await context.close()
      await files[Symbol.asyncDispose]()
    },
  }
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const found = await page.evaluate(`axe.run(document, { resultTypes: ['violations'] })`)
  const { violations: all } = found as axe.AxeResults
  return all.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`)
}

async function shownMistakes(page: Page): Promise<number> {
  return page.locator('li[data-kind]:visible').count()
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [name, width] of [
    ['wide', 1200],
    ['narrow', 390],
  ] as const) {
    test(`a ${name} ${colorScheme} page is accessible, quiet and asks the network for nothing`, async () => {
      const options = { colorScheme, viewport: { width, height: 844 } }
      await using opened = await open(await reportOf(await reviewedMemos('poor')), options)
      expect(await violations(opened.page)).toEqual([])
      const paper = await opened.page.evaluate('getComputedStyle(document.body).backgroundColor')
      expect(paper).toBe(colorScheme === 'dark' ? 'rgb(36, 36, 36)' : 'rgb(255, 255, 255)')
      const pageWidth = await opened.page.evaluate('document.documentElement.scrollWidth')
      expect(pageWidth).toBe(width)
      expect(opened.complaints).toEqual([])
      expect(opened.requests).toEqual([opened.url])
    })
  }
}

test('mistakes are filtered by keyboard, by kind, agent, document and text', async () => {
  await using opened = await open(await reportOf(await reviewedMemos('poor')))
  const { page } = opened
  expect(await page.getByRole('status').textContent()).toBe('87 mistakes')
  await page.getByLabel('Kind').focus()
  await page.keyboard.type('wrong type')
  await expect.poll(() => page.getByRole('status').textContent()).toBe('21 of 87 mistakes')
  expect(await shownMistakes(page)).toBe(21)
  await page.keyboard.press('Tab')
  await page.keyboard.type('Definitive')
  await page.keyboard.press('Tab')
  await page.keyboard.type('memo-01')
  await expect.poll(() => page.getByRole('status').textContent()).toBe('1 of 87 mistakes')
  await page.keyboard.press('Tab')
  await page.keyboard.type('no such text')
  await expect.poll(() => page.getByText('No mistake matches the filter.').isVisible()).toBe(true)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect.poll(() => page.getByRole('status').textContent()).toBe('87 mistakes')
  expect(await shownMistakes(page)).toBe(87)
})

test('text is searched in paragraphs too, whatever its case', async () => {
  const text = 'The first line.\nThe PLAN covers you.'
  const html = await reportOf(
    written([
      { id: 'a', text, issues: [{ type: 'Tone', text: 'covers' }] },
      { id: 'b', text: 'It rains.', issues: [{ type: 'Tone', text: 'rains' }] },
    ]),
  )
  await using opened = await open(html)
  await opened.page.getByLabel('Text').fill('line.  the plan')
  await expect.poll(() => opened.page.getByRole('status').textContent()).toBe('1 of 2 mistakes')
})

test('without JavaScript all mistakes are there and no dead filter', async () => {
  const html = await reportOf(await reviewedMemos('poor'))
  await using opened = await open(html, { javaScriptEnabled: false })
  expect(await shownMistakes(opened.page)).toBe(87)
  expect(await opened.page.getByLabel('Kind').isVisible()).toBe(false)
})

test('what a document or an agent says stays text', async () => {
  const evil = `</script><script>alert(1)</script><img src=x onerror="alert(2)"><!-- ' \u2028 ">`
  const html = await reportOf(
    written([
      { id: `d ${evil}`, text: `See ${evil} here.`, issues: [{ type: `t ${evil}`, text: evil }] },
    ]),
    { title: evil, dataset: evil, notes: [evil], subject: { kind: 'outputs', files: [evil] } },
  )
  await using opened = await open(html)
  const { page } = opened
  expect(await page.locator('script, img').count()).toBe(1)
  expect(await page.locator('blockquote').textContent()).toBe(`See ${evil} here.`)
  expect(await page.locator('mark[data-detected]').last().textContent()).toBe(evil)
  await page.getByRole('combobox', { name: 'Agent' }).selectOption(`t ${evil}`)
  await page.getByRole('combobox', { name: 'Document' }).selectOption(`d ${evil}`)
  expect(await page.getByRole('status').textContent()).toBe('1 mistake')
  expect(opened.complaints).toEqual([])
  expect(opened.requests).toEqual([opened.url])
})

test('the policy of the page stops a script and a request that got in all the same', async () => {
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(request.url)
    response.end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  try {
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const image = `http://127.0.0.1:${port}/pixel`
    const smuggled = `<script>document.title = 'run'</script><img src="${image}">`
    const html = await reportOf(await reviewedMemos('good'))
    await using opened = await open(html.replace('<main>', `<main>${smuggled}`))
    expect(await opened.page.title()).toBe('Evaluation of memos')
    expect(opened.complaints.join('\n')).toMatch(/inline script violates/)
    expect(opened.complaints.join('\n')).toMatch(/loading the image .* violates/i)
    expect(asked).toEqual([])
  } finally {
    server.close()
  }
})

test('figures stand in the table and in the plot, each with its interval', async () => {
  await using opened = await open(await reportOf(await reviewedMemos('poor')))
  const { page } = opened
  const table = page.getByRole('region', { name: 'Figures by agent' })
  const row = table.getByRole('row', { name: 'Grammar & Spelling' })
  expect((await row.getByRole('cell').allInnerTexts()).map((cell) => cell.trim())).toEqual([
    '21',
    '66',
    '21',
    '0.241 [0.160, 0.347]',
    '0.500 [0.340, 0.660]',
    '0.269 [0.191, 0.365]',
    '24',
  ])
  const silent = table.getByRole('row', { name: 'Definitive Language' })
  expect(await silent.getByRole('cell').nth(3).innerText()).toBe('–')
  const plot = page.getByRole('img', { name: 'Precision, recall and F0.5 of each agent' })
  expect(await plot.getByText('0.269 [0.191, 0.365]').count()).toBe(1)
})

test('the confusion matrix counts what was reported in place of what is there', async () => {
  await using opened = await open(await reportOf(await reviewedMemos('poor')))
  const matrix = opened.page.getByRole('region', { name: 'Labelled against detected' })
  const row = matrix.locator('tbody tr', { hasText: 'Definitive Language' })
  expect(await row.getByRole('cell').allInnerTexts()).toEqual(['0', '21', '0', '21'])
})

test('a run without issues and detections has a page that says so', async () => {
  const html = await reportOf(written([{ id: 'only', text: 'It rains.' }]))
  await using opened = await open(html, { viewport: { width: 390, height: 844 } })
  const text = await opened.page.locator('main').innerText()
  expect(text).toContain('No mistakes.')
  expect(text).toContain('nothing was detected: nothing to compare.')
  expect(text).not.toMatch(/NaN|undefined|null|Infinity/)
  expect(await violations(opened.page)).toEqual([])
})

test('long words and long names neither widen the page nor break it', async () => {
  const long = 'Donaudampfschiff'.repeat(40)
  const html = await reportOf(
    written([{ id: long, text: `${long} ${long}`, issues: [{ type: long, text: long }] }]),
    { title: long, dataset: long, notes: [long] },
  )
  await using opened = await open(html, { viewport: { width: 390, height: 844 } })
  expect(await opened.page.evaluate('document.documentElement.scrollWidth')).toBe(390)
  expect(await violations(opened.page)).toEqual([])
})

test('five thousand mistakes are all there and can be filtered', async () => {
  const word = (n: number): string => `word${n}x`
  const many = Array.from({ length: 50 }, (_, document) => {
    const issues = Array.from({ length: 100 }, (_, n) => ({ type: 'Tone', text: word(n) }))
    const text = issues.map((issue) => issue.text).join(' ')
    return { id: `memo-${document}`, text, issues }
  })
  await using opened = await open(await reportOf(written(many)))
  const { page } = opened
  expect(await page.getByRole('status').textContent()).toBe('5000 mistakes')
  expect(await page.locator('li[data-kind]').count()).toBe(5000)
  await page.getByRole('combobox', { name: 'Document' }).selectOption('memo-7')
  expect(await page.getByRole('status').textContent()).toBe('100 of 5000 mistakes')
})

test('on paper there is no filter, all mistakes are printed and nothing is cut off', async () => {
  const viewport = { width: 700, height: 1000 }
  await using opened = await open(await reportOf(await reviewedMemos('poor')), { viewport })
  const { page } = opened
  await page.emulateMedia({ media: 'print' })
  expect(await page.getByLabel('Kind').isVisible()).toBe(false)
  expect(await shownMistakes(page)).toBe(87)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(700)
})

test('the cost of the run is shown when it is known', async () => {
  const cost = {
    requests: 12,
    retries: 0,
    cached: 3,
    failed: 0,
    inputTokens: 1000,
    cachedInputTokens: 0,
    outputTokens: 200,
    requestsWithoutUsage: 0,
    cost: 0.01234,
    currency: 'USD',
  }
  const documents = written([{ id: 'a', text: 'It rains.' }])
  expect(await reportOf(documents, { cost })).toContain(
    '0.0123 USD for 12 requests, 3 kept from before',
  )
  expect(await reportOf(documents, { cost: { ...cost, cost: null, currency: null } })).toContain(
    '– (a price or usage is unknown) for 12 requests',
  )
  expect(await reportOf(documents)).not.toContain('Cost')
})

test('where reports are not built, one is told how to build them', async () => {
  await using folder = await tempFolder()
  const empty = pathToFileURL(`${folder.folder}/`)
  await expect(expectReportBuilt(empty)).rejects.toMatchObject({
    code: 'report-not-built',
    message: expect.stringContaining('npm run build'),
  })
  await expectReportBuilt()
})

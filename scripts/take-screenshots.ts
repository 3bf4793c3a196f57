import { cp, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { commitAll } from '../src/change/git/git-samples.ts'
import { changesOnPage } from '../test/helpers/changes-on-page.ts'
import { json } from '../test/helpers/gate-world.ts'
import { openWorkplace, type Workplace } from '../test/helpers/open-workplace.ts'
import { tempFolder } from '../test/helpers/temp-folder.ts'

/*
 * Takes the pictures in docs/images anew, from the examples, without a model or a network:
 *   node --conditions=proofloop-source scripts/take-screenshots.ts [reviews] [evaluations] [change]
 */

const root = path.resolve(import.meta.dirname, '..')
const reviewFlow = path.join(root, 'examples', 'document-review')
const spanFlow = path.join(root, 'examples', 'span-review')
const encrypted = path.join(root, 'test/fixtures/documents/qpdf__enc-R3_V2_U_view_O_master.pdf')
/** The browser of the tests has no language of its own, and draws no plot without one. */
const look = {
  viewport: { width: 1280, height: 760 },
  locale: 'en-US',
  reducedMotion: 'reduce',
} as const

const takes = { reviews: takeReviews, evaluations: takeEvaluations, change: takeChange }
const wanted = process.argv.slice(2)
for (const [name, take] of Object.entries(takes)) {
  if (wanted.length === 0 || wanted.includes(name)) await take()
}

async function takeReviews(): Promise<void> {
  await using workplace = await openWorkplace({ flow: reviewFlow })
  const page = await workplace.signIn(look)
  // The booklet has 109 pages.
  page.setDefaultTimeout(120_000)
  await upload(page, path.join(reviewFlow, 'documents', 'benefit-options.pdf'))
  await page.getByText('0 of 1 reviewed').waitFor()
  await page.goto(`${workplace.origin}/documents`)
  await page.getByRole('button', { name: 'Review northwind-health-plus.pdf' }).click()
  await page.getByRole('button', { name: 'Done' }).waitFor()
  await judge(page, ['a', 'a', 'd1', 'a', 'd4', 'a', 'a', 'd1', 'a'])
  await shoot(page, 'review')
  await page.emulateMedia({ colorScheme: 'dark' })
  await shoot(page, 'review-dark')
  await page.emulateMedia({ colorScheme: 'light' })
  await writeMissed(page)
  await shoot(page, 'add-missed')

  await page.goto(`${workplace.origin}/documents`)
  await upload(page, await named(encrypted, 'board-minutes.pdf', 'application/pdf'))
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByLabel('Review at once').uncheck()
  await upload(page, await named(path.join(root, 'README.md'), 'news.md', 'text/markdown'))
  await page.getByRole('button', { name: 'Review news.md' }).waitFor()
  await page.getByLabel('Review at once').check()
  await shoot(page, 'documents', 380)
}

type Upload = { name: string; mimeType: string; buffer: Buffer }

async function named(file: string, name: string, mimeType: string): Promise<Upload> {
  return { name, mimeType, buffer: await readFile(file) }
}

function upload(page: Page, file: string | Upload): Promise<void> {
  return page.getByLabel('Files', { exact: true }).setInputFiles(file)
}

/** Each text is the keys of one verdict. */
async function judge(page: Page, verdicts: string[]): Promise<void> {
  for (const [done, keys] of verdicts.entries()) {
    for (const key of keys) await page.keyboard.press(key)
    await page.getByText(new RegExp(`^${done + 1} of \\d+ reviewed$`, 'u')).waitFor()
  }
}

async function writeMissed(page: Page): Promise<void> {
  await page.keyboard.press('n')
  await page.keyboard.press('ArrowDown')
  for (let words = 1; words < 6; words += 1) await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Enter')
  await page.getByLabel('Type').fill('Unclear reference')
  await page.getByLabel('What is wrong?').fill('It does not say which plan this is about.')
}

/** The recorded answers of two models on one dataset, one after the other. */
async function takeEvaluations(): Promise<void> {
  await using folder = await tempFolder()
  const flow = folder.path('span-review')
  await cp(spanFlow, flow, { recursive: true })
  await cp(path.join(spanFlow, 'dataset'), path.join(flow, 'datasets', 'texts'), {
    recursive: true,
  })
  const models = ['zeroshot-llama3-3', 'zeroshot-o3-mini'] as const
  await using workplace = await openWorkplace({ flow, env: { SPAN_REVIEW_MODEL: models[0] } })
  const page = await workplace.signIn(look)
  await evaluate(page, workplace)
  await workplace.kill()
  await workplace.start({ SPAN_REVIEW_MODEL: models[1] })
  await evaluate(page, workplace)
  await shoot(page, 'evaluation')
  const mistakes = page.getByRole('region', { name: 'Mistakes' })
  await mistakes.locator('mark[data-truth]').last().waitFor()
  for (let pressed = 0; pressed < 3; pressed += 1) await page.keyboard.press('j')
  await mistakes.getByRole('search').evaluate((filters) => filters.scrollIntoView())
  await page.evaluate('scrollBy(0, -60)')
  await shoot(page, 'mistakes')

  await page.getByRole('link', { name: 'All evaluations' }).click()
  await page.locator('canvas').waitFor()
  await shoot(page, 'evaluations')
  for (const box of await page.getByRole('checkbox').all()) await box.check()
  await page.getByRole('button', { name: 'Compare the two that are ticked' }).click()
  await page.getByRole('region', { name: 'Agents compared' }).waitFor()
  await shoot(page, 'comparison', 640)
}

async function evaluate(page: Page, { origin }: Workplace): Promise<void> {
  await page.goto(`${origin}/evaluations`)
  await page.getByLabel('Repeats').fill('1')
  await page.getByRole('button', { name: 'Start' }).click()
  await page.getByRole('region', { name: 'Figures by agent' }).waitFor()
}

/** A prompt of the example that somebody wants to be another one, as who may approve it sees that. */
async function takeChange(): Promise<void> {
  await using world = await changesOnPage()
  const { work, eve, ada, store } = world
  const file = 'agents/misleading/agent.prompty'
  const before = await readFile(path.join(spanFlow, file), 'utf8')
  const sure = 'Report only what you are sure about'
  const surer = 'Report only what a careful reader would be misled by'
  await commitAll(work, { files: { [file]: before }, message: 'The prompts' })
  await world.branch('fewer-doubts', { [file]: before.replace(sure, surer) })
  const title = 'Report what misleads, not what is doubtful'
  const opened = eve.ask('POST', '/api/changes', { branch: 'fewer-doubts', title })
  const { number } = await json<{ number: number }>(opened)
  const { change, tree } = await world.seen(number)
  const { stored } = await world.gate({ bundle: await world.send('a comment') })
  const checks = [
    ['functional', stored.candidate, 'The functional tests passed.'],
    ['infrastructure', null, 'Nothing is wrong with the environment test.'],
    ['evaluation', null, 'Precision 0.81 [0.70, 0.89], Recall 0.74 [0.62, 0.84] on 48 documents.'],
    ['gate', stored.id, 'It was passed.'],
  ] as const
  for (const [name, subject, summary] of checks) {
    const key = { change: change.id, tree, name, attempt: 1 }
    await store.changes.startCheck({ ...key, subject })
    await store.changes.endCheck(key, { outcome: 'pass', cause: null, summary, log: null, subject })
  }
  const page = await world.pageOf(ada, `/changes/${number}`)
  await page.getByText(surer.slice(-20)).waitFor()
  await page.getByRole('row', { name: /^All agents candidate/u }).waitFor()
  await page.setViewportSize({ width: 1280, height: 1520 })
  await shoot(page, 'change', 1520)
}

/** @param height in pixels, where the page does not fill the window */
async function shoot(page: Page, name: string, height?: number): Promise<void> {
  // Pages are painted, words laid over them and plots drawn after what was waited for.
  await page.waitForTimeout(1_000)
  const clip = { x: 0, y: 0, width: 1280, height: height ?? look.viewport.height }
  await page.screenshot({ path: path.join(root, 'docs', 'images', `${name}.png`), clip })
}

import { cp, rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { startScriptedServer } from '../src/model/scripted-server.ts'
import { violationsInBoth } from './helpers/axe.ts'
import { beyondEdge, inviteOnPage } from './helpers/on-page.ts'
import { openWorkplace } from './helpers/open-workplace.ts'
import { findPromises, promiseFlow } from './helpers/promise-flow.ts'

const config = `export default {
  models: {},
  gate: {
    dataset: 'letters',
    minDocs: 4,
    answerEverySeconds: 6,
    walls: { isolation: 'process', boundary: 'none' },
  },
}`

const lines = ['test', 'audit'].flatMap((split) =>
  Array.from({ length: 12 }, (_, n) => {
    const text = `Letter ${split} ${n}: you can rest assured that no other charge is ever added.`
    const start = text.indexOf('rest assured')
    const location = { paragraph: 0, start, end: start + 12 }
    const issues = [{ type: 'Definitive Language', text: 'rest assured', location }]
    return JSON.stringify({ id: `${split}-${n}`, split, paragraphs: [text], issues })
  }),
)

/** A flow of rules, which find everything, and of a prompt whose model finds nothing. */
async function flowOfBoth(baseURL: string) {
  const flow = await promiseFlow({ baseURL })
  const rules = 'agents/definitive-language'
  await rm(flow.path('flow/agents/promises'), { recursive: true })
  await cp(`examples/document-review/${rules}`, flow.path(`flow/${rules}`), { recursive: true })
  return flow
}

/** A custodian's work, which has a page of its own. */
async function prepare(page: Page): Promise<void> {
  const done = await page.evaluate(async (text) => {
    const form = new FormData()
    form.set('file', new File([text], 'letters.jsonl'))
    form.set('splits', 'given')
    const added = await fetch('/api/datasets/letters/versions', { method: 'POST', body: form })
    return added.ok
  }, lines.join('\n'))
  expect(done).toBe(true)
}

/** By links alone: what the page knew before stays in it. */
async function openLetters(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Datasets', exact: true }).click()
  await page.getByRole('link', { name: 'letters', exact: true }).click()
}

test('a gate is asked by keyboard, read by an approver, audited by a custodian', async () => {
  await using models = await startScriptedServer(findPromises)
  await using flow = await flowOfBoth(models.baseURL)
  const { env } = flow
  await using workplace = await openWorkplace({ config, env, flow: flow.path('flow') })
  const ada = await workplace.signIn({ reducedMotion: 'reduce' })
  await prepare(ada)
  await ada.getByRole('link', { name: 'Gate', exact: true }).click()
  await ada.getByText('10 left for you').waitFor()
  await ada.getByText('Nobody has asked the gate yet.').waitFor()
  const ask = ada.getByRole('button', { name: /^Ask, for one of your/u })
  expect(await ask.isDisabled()).toBe(true)
  expect(await violationsInBoth(ada)).toEqual([])

  await openLetters(ada)
  await ada.getByRole('button', { name: 'Mark the flow in use as baseline' }).click()
  const marked = ada.getByRole('region', { name: 'List of marked versions' })
  await marked.getByText('not measured').waitFor()
  await ada.getByRole('link', { name: 'Gate', exact: true }).click()
  await marked.getByText('not measured').waitFor()
  await ada.getByText('No version is marked').first().waitFor({ state: 'detached' })
  expect(await violationsInBoth(ada)).toEqual([])

  await ask.focus()
  await ada.keyboard.press('Enter')
  const all = ada.getByRole('region', { name: 'Gates' })
  await all.getByRole('link').waitFor()
  expect(await ada.locator(':focus').innerText()).toContain('Ask, for one of your')
  // While it runs.
  await all.getByRole('link').click()
  await ada.getByRole('heading', { name: /^Gate of .+ on letters$/u }).waitFor()
  await ada.getByRole('region', { name: 'Figures of each version' }).waitFor()
  await ada.getByRole('link', { name: 'All gates' }).click()
  const own = ada.getByRole('region', { name: 'What you asked the gate' })
  await own.getByText('passed', { exact: true }).waitFor()
  await ada.getByText('9 left for you').waitFor()
  await all.getByText('PASS').waitFor()
  expect(await violationsInBoth(ada)).toEqual([])

  await all.getByRole('link').click()
  await ada.getByText("anything else is CAN'T TELL and needs your decision.").waitFor()
  const figures = ada.getByRole('region', { name: 'Figures of each version' })
  await figures.getByRole('row', { name: /Definitive Language in production 12 1\.000/u }).waitFor()
  await ada.getByText('It may not be deployed.').waitFor()
  await ada.getByRole('button', { name: 'It is merged: look at audit, once' }).click()
  const said = ada.locator('[role=status]:focus')
  await said.getByText(/On audit: runs|On audit: passed/u).waitFor()
  await said.getByText('It may be deployed.').waitFor()
  await ada.getByRole('button', { name: 'Show each document of test' }).click()
  const documents = ada.getByRole('region', { name: 'Documents of test' })
  await documents.getByRole('row', { name: /^test-0 in production 1 0 0/u }).waitFor()
  await documents.getByRole('row', { name: /^test-0 candidate 1 0 0/u }).waitFor()
  await ada.getByText('12 documents of test, those in which').waitFor()
  await documents
    .getByRole('button', { name: 'Show what candidate asked of models about test-0' })
    .click()
  const asked = documents.getByRole('group', { name: 'What was asked about test-0' })
  await asked.getByRole('button', { name: 'Run 3' }).click()
  await asked.getByRole('button', { name: 'Run 2' }).press('Enter')
  const heading = /^absolutes asked reviewer \(scripted-1\), [\d,]+ tokens in, \d+ out$/u
  await asked.getByText(heading).press('Enter')
  await asked.getByText('Letter test 0: you can rest assured').waitFor()
  await asked.getByText('{ "issues": [] }', { exact: true }).waitFor()
  await asked.getByText('Schema and parameters').press('Enter')
  await asked.getByText('{"maxOutputTokens":500}').waitFor()
  expect(await violationsInBoth(ada)).toEqual([])
  await ada.getByRole('button', { name: 'Show each document of audit' }).click()
  const audited = ada.getByRole('region', { name: 'Documents of audit' })
  await audited.getByRole('link', { name: 'audit-0' }).first().waitFor()
  expect(await violationsInBoth(ada)).toEqual([])
  const address = ada.url()

  for (const width of [390, 1001, 1280]) {
    await ada.setViewportSize({ width, height: 900 })
    expect([width, await beyondEdge(ada)]).toEqual([width, 0])
  }
  await ada.setViewportSize({ width: 390, height: 900 })
  const figuresFit = await figures.evaluate((one) => one.scrollWidth <= one.clientWidth)
  expect(figuresFit).toBe(true)
  expect(await violationsInBoth(ada)).toEqual([])
  // One at a time, as if there were many.
  const lists = /\/api\/gates(?:\/mine)?\?/u
  await ada.route(lists, (route) => {
    const url = new URL(route.request().url())
    url.searchParams.set('limit', '1')
    return route.continue({ url: url.href })
  })
  await ada.goto(`${workplace.origin}/gates`)
  for (const name of ['Older gates', 'Older answers']) {
    const more = ada.getByRole('button', { name })
    await more.click()
    await more.waitFor({ state: 'detached' })
  }
  await ada.unroute(lists)
  await ada.getByText('Over 1 merge on this test set').waitFor()
  for (const width of [390, 1001, 1280]) {
    await ada.setViewportSize({ width, height: 900 })
    expect([width, await beyondEdge(ada)]).toEqual([width, 0])
  }
  await openLetters(ada)
  await ada.getByRole('button', { name: 'Measure on test' }).click()
  await ada.getByRole('link', { name: 'Gate', exact: true }).click()
  await marked.getByText('3 runs each').waitFor()

  const ben = await inviteOnPage(workplace, ada, {
    roles: ['approver'],
    keep: ['engineer', 'admin'],
  })
  await ben.goto(address)
  await ben.getByRole('region', { name: 'Figures of each version' }).waitFor()
  expect(await ben.getByText('On audit').count()).toBe(0)
  expect(await ben.getByText('Document by document').count()).toBe(0)
  await ben.goto(`${workplace.origin}/gates`)
  await ben.getByRole('region', { name: 'Gates' }).waitFor()
  expect(await ben.getByText('Ask the gate').count()).toBe(0)
  const told = ben.getByRole('region', { name: 'List of marked versions' })
  await told
    .getByRole('row', { name: /^baseline/u })
    .getByText('3 runs each')
    .waitFor()
  expect(await ben.getByRole('button', { name: /^Mark/u }).count()).toBe(0)
  expect(await violationsInBoth(ben)).toEqual([])

  // Who writes prompts from now on sees one bit of what they asked, and nothing else.
  await ada.goto(`${workplace.origin}/gates`)
  await ada.getByRole('region', { name: 'What you asked the gate' }).getByText('passed').waitFor()
  expect(await ada.getByText('Verdicts').count()).toBe(0)
  await ada.goto(address)
  await ada.getByText('The gate cannot be shown').waitFor()
  expect(await violationsInBoth(ada)).toEqual([])
})

test('where nothing is set up the page says what is missing, and nothing looks broken', async () => {
  await using workplace = await openWorkplace()
  const ada = await workplace.signIn({ reducedMotion: 'reduce' })
  await ada.goto(`${workplace.origin}/gates`)
  await ada.getByText('The gate is not set up yet').waitFor()
  await ada.getByText('Nobody has asked the gate yet.').waitFor()
  expect(await ada.getByRole('alert').count()).toBe(0)
  expect(await violationsInBoth(ada)).toEqual([])
  for (const width of [390, 1280]) {
    await ada.setViewportSize({ width, height: 900 })
    expect([width, await beyondEdge(ada)]).toEqual([width, 0])
  }
  await ada.getByRole('link', { name: 'Go to Datasets' }).focus()
  await ada.keyboard.press('Enter')
  await ada.getByRole('heading', { name: 'Datasets', exact: true }).waitFor()
})

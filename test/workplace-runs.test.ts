import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { startScriptedServer } from '../src/model/scripted-server.ts'
import { openWorkplace } from './helpers/open-workplace.ts'
import { findPromises, promiseFlow } from './helpers/promise-flow.ts'
import { shareWorkplace } from './helpers/share-workplace.ts'

const shared = shareWorkplace()

test('a folder and a file that are let go on the page are uploaded and reviewed', async () => {
  const workplace = shared()
  const page = await workplace.signIn()
  const folder = workplace.folder.path('dropped')
  await mkdir(path.join(folder, 'inner'), { recursive: true })
  await writeFile(path.join(folder, 'terms.md'), 'The plan guarantees a refund.\n')
  await writeFile(path.join(folder, 'inner', 'letter.txt'), 'You can rest assured.\n')
  await writeFile(path.join(folder, 'picture.png'), 'no document')
  await writeFile(path.join(folder, '.hidden.md'), 'nobody wants it')
  const single = workplace.folder.path('single.md')
  await writeFile(single, 'The plan guarantees a visit.\n')

  await dragFiles(page, 'dragEnter', [folder, single])
  await dragFiles(page, 'dragOver', [folder, single])
  await page.getByText('Let go to upload').waitFor()
  await dragFiles(page, 'drop', [folder, single])
  for (const name of ['terms.md', 'letter.txt', 'single.md']) {
    await page.getByRole('row', { name: new RegExp(`^${name}.*Agents done 1 open`, 'u') }).waitFor()
  }
  await page.getByText('Drop PDF, Word').waitFor()
  expect(await page.getByRole('row', { name: /picture|hidden/u }).count()).toBe(0)
})

/** As the system tells a browser of files that are dragged over it, folders among them. */
async function dragFiles(
  page: Page,
  type: 'dragEnter' | 'dragOver' | 'drop',
  files: string[],
): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files, dragOperationsMask: 1 }
  await session.send('Input.dispatchDragEvent', { type, x: 400, y: 600, data })
  await session.detach()
}

test('a review is stopped, keeps what was found, and is run again', async () => {
  const answers = Promise.withResolvers<void>()
  await using models = await startScriptedServer(async (request) => {
    await answers.promise
    return findPromises(request)
  })
  await using flow = await promiseFlow(models, 6, 'flow/datasets/memos')
  await using workplace = await openWorkplace({ flow: flow.path('flow'), env: flow.env })
  const page = await workplace.signIn()
  const file = {
    name: 'letter.md',
    mimeType: 'text/markdown',
    buffer: Buffer.from('We will always answer.\n'),
  }
  await page.getByLabel('Files', { exact: true }).setInputFiles(file)
  await page.getByText('agents: 0 of 2 parts').waitFor()
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await page.getByRole('button', { name: 'Stopped' }).waitFor()
  const stopped = page.url()

  answers.resolve()
  await page.getByRole('button', { name: 'Review again' }).click()
  await page.waitForURL((url) => url.pathname !== new URL(stopped).pathname)
  await page.getByText('0 of 2 reviewed').waitFor()
  await page.getByRole('button', { name: 'Done' }).waitFor()
  await page.getByRole('link', { name: 'Back to documents' }).click()
  const row = page.getByRole('row', { name: /^letter\.md/u })
  await row.getByText('2 open').waitFor()
  expect(await row.innerText()).toContain('Agents done')
})

test('a review that runs is stopped from the queue', async () => {
  const answers = Promise.withResolvers<void>()
  await using models = await startScriptedServer(async (request) => {
    await answers.promise
    return findPromises(request)
  })
  await using flow = await promiseFlow(models, 6, 'flow/datasets/memos')
  await using workplace = await openWorkplace({ flow: flow.path('flow'), env: flow.env })
  const page = await workplace.signIn()
  const file = { name: 'slow.md', mimeType: 'text/markdown', buffer: Buffer.from('Always.\n') }
  await page.getByLabel('Files', { exact: true }).setInputFiles(file)
  // Who leaves a review while it opens must not be brought back by it.
  await page.waitForURL(/\/reviews\//u)
  await page.getByRole('link', { name: 'Review queue' }).click()
  await page.getByRole('button', { name: 'Stop the review of slow.md' }).click()
  await page.getByText('No review is running.').waitFor()
  expect(new URL(page.url()).pathname).toBe('/queue')
  answers.resolve()
})

test('what stopped at the budget says so in the list, in the colour of warnings', async () => {
  await using models = await startScriptedServer(findPromises)
  await using flow = await promiseFlow(models, 6, 'flow/datasets/memos')
  await using workplace = await openWorkplace({ flow: flow.path('flow'), env: flow.env })
  const page = await workplace.signIn()
  await page.request.put(`${workplace.origin}/api/budget`, {
    data: { currency: 'USD', perMonth: 0.000_001, perPersonAndMonth: null },
    headers: { origin: workplace.origin },
  })
  const file = { name: 'dear.md', mimeType: 'text/markdown', buffer: Buffer.from('Always.\n') }
  await page.getByLabel('Files', { exact: true }).setInputFiles(file)
  await page.getByRole('button', { name: 'Stopped' }).waitFor()
  await page.getByRole('link', { name: 'Back to documents' }).click()
  const row = page.getByRole('row', { name: /^dear\.md/u })
  await row.getByText(/budget/u).waitFor()
  const colour = await row
    .getByText('Stopped', { exact: true })
    .evaluate((words) => words.style.color)
  expect(colour).toBe('var(--warning)')
})

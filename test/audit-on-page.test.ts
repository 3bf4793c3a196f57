import { readFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openStore } from '../src/store/open-store.ts'
import { violationsInBoth } from './helpers/axe.ts'
import { openWorkplace } from './helpers/open-workplace.ts'
import { beyondEdge, inviteOnPage } from './helpers/on-page.ts'

/** As many entries as that, whatever their order. */
async function changeBudgets(page: Page, times: number): Promise<void> {
  await Promise.all(Array.from({ length: times }, (_, index) => changeBudget(page, index + 1)))
}

async function changeBudget(page: Page, perMonth: number): Promise<void> {
  const origin = new URL(page.url()).origin
  const data = { currency: 'USD', perMonth, perPersonAndMonth: null }
  const answer = await page.request.put(`${origin}/api/budget`, { headers: { origin }, data })
  expect(answer.status()).toBe(200)
}

const rowsOf = (page: Page) =>
  page.getByRole('table', { name: 'List of audit entries' }).locator('tbody tr')

test('the log is read page by page, and narrowed down to what the address says', async () => {
  await using workplace = await openWorkplace()
  const page = await workplace.signIn({ reducedMotion: 'reduce', timezoneId: 'Asia/Tokyo' })
  await changeBudgets(page, 60)
  await page.request.put(`${workplace.origin}/api/settings`, {
    headers: { origin: workplace.origin },
    data: { randomShare: 0.5 },
  })
  await page.getByRole('link', { name: 'Audit log' }).click()
  await page.getByText('Whole up to entry 62').waitFor()
  await page.getByText('50 of 62 entries. Times are those of Asia/Tokyo.').waitFor()
  expect(await violationsInBoth(page)).toEqual([])
  await page.getByRole('button', { name: 'Older entries' }).click()
  await page.getByText('62 of 62 entries.').waitFor()
  expect(await rowsOf(page).count()).toBe(62)
  await rowsOf(page).last().getByText('Signed in').waitFor()

  await page.getByLabel('What').selectOption('Changed settings')
  await page.getByText('1 of 62 entries fit.').waitFor()
  await rowsOf(page).getByText('randomShare: 0 → 0.5').waitFor()
  expect(new URL(page.url()).searchParams.get('what')).toBe('settings-changed')
  await page.reload()
  await page.getByText('1 of 62 entries fit.').waitFor()
  await page.getByRole('button', { name: 'Show all' }).click()
  await page.getByText('50 of 62 entries.').waitFor()

  await page.getByLabel('About (an id)').fill('reviews')
  await page.keyboard.press('Enter')
  await page.getByText('1 of 62 entries fit.').waitFor()
  await page.getByLabel('About (an id)').fill('')
  await page.keyboard.press('Tab')
  await page.getByText('50 of 62 entries.').waitFor()
  await rowsOf(page).getByRole('link', { name: 'budget' }).first().focus()
  await page.keyboard.press('Enter')
  await page.getByText('50 or more of 62 entries fit.').waitFor()
  expect(await page.getByLabel('About (an id)').inputValue()).toBe('budget')

  await page.getByLabel('To day').fill('2020-02-03')
  await page.keyboard.press('Enter')
  await page.getByText('No entry fits.').waitFor()
  expect(await violationsInBoth(page)).toEqual([])
  await page.getByRole('button', { name: 'Show all' }).click()
  await page.getByLabel('From day').fill('2020-02-03')
  await page.keyboard.press('Enter')
  await page.getByText('50 or more of 62 entries fit.').waitFor()
  await page.getByLabel('Who', { exact: true }).selectOption('The command line')
  await page.getByText('0 of 62 entries fit.').waitFor()

  for (const width of [320, 1001, 3840]) {
    await page.setViewportSize({ width, height: 900 })
    await page.goto(`${workplace.origin}/audit`)
    await page.getByText('50 of 62 entries.').waitFor()
    expect([width, await beyondEdge(page)]).toEqual([width, 0])
  }
})

test('of a long log the newest entries are checked at first, all when asked for', async () => {
  await using workplace = await openWorkplace()
  const page = await workplace.signIn({ reducedMotion: 'reduce' })
  await workplace.kill()
  {
    await using store = await openStore({ dataFolder: workplace.folder.path('data') })
    const event = { actor: 'ann', action: 'exported' as const, subject: 'r1' }
    await store.audit.append(Array.from({ length: 1200 }, () => event))
    using file = new DatabaseSync(workplace.folder.path('data/proofloop.db'))
    file.exec('drop trigger audit_log_never_changes')
    file.exec(`update audit_log set subject = 'else' where sequence = 9`)
  }
  await workplace.start()
  await page.goto(`${workplace.origin}/audit`)
  await page.getByText('Entries 202 to 1201, the newest, are as they were written').waitFor()
  await page.getByText('Older ones were not looked at.').waitFor()
  expect(await violationsInBoth(page)).toEqual([])
  await page.getByRole('button', { name: 'Check all entries' }).click()
  await page.getByRole('alert').getByText('Entry 9 is not as it was written').waitFor()
  const begun = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download the log' }).click()
  const download = await begun
  expect(download.suggestedFilename()).toBe('audit.jsonl')
  const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line).sequence)).toEqual(
    Array.from({ length: 1202 }, (_, index) => index + 1),
  )
})

test('a head is copied, and compared with one that was kept', async () => {
  await using workplace = await openWorkplace()
  const page = await workplace.signIn({
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  await changeBudget(page, 1)
  await page.goto(`${workplace.origin}/audit`)
  await page.getByText('Whole up to entry 2').waitFor()
  await page.getByRole('button', { name: 'Copy the head' }).click()
  const copied = String(await page.evaluate('navigator.clipboard.readText()'))
  expect(copied).toMatch(/^2:[0-9a-f]{64}$/u)
  await changeBudget(page, 2)
  await page.reload()
  await page.getByText('Whole up to entry 3').waitFor()

  await page.getByText('Compare with a head that you kept').click()
  const head = page.getByLabel('Head', { exact: true })
  await head.fill('2')
  await page.keyboard.press('Enter')
  await page.getByText('A head is a number, a colon and 64 hexadecimal digits.').waitFor()
  expect(await violationsInBoth(page)).toEqual([])
  await head.fill(copied)
  await page.keyboard.press('Enter')
  await page.getByText('Entry 2 is the one whose head you kept.').waitFor()
  await head.fill(copied.replace(/^2/u, '9'))
  await page.keyboard.press('Enter')
  const alert = page.getByRole('alert')
  await alert
    .getByText('Entry 4 and what followed it up to the head that you kept are gone.')
    .waitFor()
  await head.fill(`2:${'0'.repeat(64)}`)
  await page.keyboard.press('Enter')
  await alert.getByText('it is not the entry whose head you kept').waitFor()
  expect(await violationsInBoth(page)).toEqual([])
  await page.getByRole('button', { name: 'Compare with none' }).click()
  await page.getByText('Whole up to entry 3').waitFor()
})

test('an entry that was changed and one that is gone are shown where they are', async () => {
  await using workplace = await openWorkplace()
  const page = await workplace.signIn({ reducedMotion: 'reduce' })
  await changeBudgets(page, 70)
  const tamper = async (sql: string): Promise<void> => {
    await workplace.kill()
    using file = new DatabaseSync(workplace.folder.path('data/proofloop.db'))
    file.exec(
      'drop trigger if exists audit_log_never_changes; drop trigger if exists audit_log_never_goes',
    )
    file.exec(sql)
    await workplace.start()
    await page.goto(`${workplace.origin}/audit`)
  }
  await tamper(`update audit_log set subject = 'else' where sequence = 9`)
  const alert = page.getByRole('alert')
  await alert.getByText('Entry 9 is not as it was written: its content').waitFor()
  await alert.getByText('Up to entry 8 all is.').waitFor()
  expect(await page.getByText('Copy', { exact: true }).count()).toBe(0)
  await alert.getByRole('link', { name: 'Show entry 9' }).click()
  await page.getByText('Begin with the newest').waitFor()
  const marked = rowsOf(page).filter({ hasText: 'Entry 9 is not as it was written' })
  await marked.waitFor()
  expect(await rowsOf(page).allInnerTexts()).toHaveLength(15)
  expect(await violationsInBoth(page)).toEqual([])

  await tamper('delete from audit_log where sequence in (4, 5)')
  await alert
    .getByText('Entry 6 is not as it was written: it, or one before it, is gone.')
    .waitFor()
  await alert.getByRole('link', { name: 'Show entry 6' }).click()
  await rowsOf(page).getByText('Entries 4 to 5 are missing here.').waitFor()
  const texts = await rowsOf(page).allInnerTexts()
  const gap = texts.findIndex((text) => text.includes('are missing here'))
  expect([texts[gap - 1], texts[gap + 1]].map((text) => text?.trim().split(/\s/u)[0])).toEqual([
    '6',
    '3',
  ])
  await page.getByRole('link', { name: 'Begin with the newest' }).click()
  await rowsOf(page).first().getByText('71').waitFor()
})

test('what is left out for an admin who reviews, too, is not told as missing', async () => {
  await using workplace = await openWorkplace()
  const ada = await workplace.signIn({ reducedMotion: 'reduce' })
  const roles = ['reviewer', 'admin']
  const ben = await inviteOnPage(workplace, ada, { roles, keep: ['custodian', 'admin'] })
  const line = JSON.stringify({ id: 'offer', split: 'test', paragraphs: ['Hello.'], issues: [] })
  const sent = await ada.request.post(`${workplace.origin}/api/datasets/letters/versions`, {
    headers: { origin: workplace.origin },
    multipart: {
      file: { name: 'offer.jsonl', mimeType: 'application/jsonl', buffer: Buffer.from(line) },
      splits: 'given',
    },
  })
  expect(sent.status()).toBe(201)
  await ada.goto(`${workplace.origin}/datasets/letters`)
  await ada.getByRole('heading', { name: 'letters' }).waitFor()
  await ada.getByText('Versions').first().waitFor()
  // Something comes after what is left out.
  await ada.request.put(`${workplace.origin}/api/me/name`, {
    headers: { origin: workplace.origin },
    data: { name: 'Ada' },
  })
  for (const [page, leftOut] of [
    [ben, 1],
    [ada, 0],
  ] as const) {
    await page.goto(`${workplace.origin}/audit`)
    await rowsOf(page).getByText('Changed a dataset').waitFor()
    expect(await page.getByText('what you are not to know are left out').count()).toBe(leftOut)
    expect(await page.getByText(/(?:is|are) missing here/u).count()).toBe(0)
    expect(await page.getByRole('link', { name: 'Download the log' }).count()).toBe(1 - leftOut)
    const reads = await rowsOf(page).getByText('Read what is hidden').count()
    expect(reads === 0).toBe(leftOut === 1)
  }
  expect(await violationsInBoth(ben)).toEqual([])
})

import { expect, test } from 'vitest'
import { violations, violationsInBoth } from './helpers/axe.ts'
import { beyondEdge } from './helpers/on-page.ts'
import { namedPdf, uploadAndReview } from './helpers/review-on-page.ts'
import { shareWorkplace } from './helpers/share-workplace.ts'

const shared = shareWorkplace()

test('axe finds nothing in any state of a review, in light and dark', async () => {
  const page = await shared().signIn({ reducedMotion: 'reduce' })
  await uploadAndReview(page)
  expect(await violationsInBoth(page)).toEqual([])
  await page.keyboard.press('a')
  await page.keyboard.press('d')
  expect(await violationsInBoth(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.keyboard.press('e')
  expect(await violationsInBoth(page)).toEqual([])
  await page.keyboard.press('Escape')
  for (const key of ['n', 'n']) await page.keyboard.press(key)
  expect(await violationsInBoth(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Filters' }).click()
  await page.getByLabel('Status').waitFor()
  expect(await violationsInBoth(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.keyboard.press('?')
  await page.getByRole('dialog').waitFor()
  expect(await violationsInBoth(page)).toEqual([])
})

test('axe finds nothing on the other pages, in light and dark', async () => {
  const workplace = shared()
  const page = await workplace.signIn({ reducedMotion: 'reduce' })
  await uploadAndReview(page, { name: 'listed.pdf' })
  await page.goto(`${workplace.origin}/documents`)
  await page.getByRole('link', { name: 'listed.pdf' }).waitFor()
  expect(await violationsInBoth(page)).toEqual([])
  await page.getByRole('button', { name: 'Actions for listed.pdf' }).click()
  await page.getByRole('menuitem', { name: 'Delete text and file' }).waitFor()
  expect(await violationsInBoth(page)).toEqual([])
  await page.getByRole('menuitem', { name: 'Delete text and file' }).click()
  await page.getByRole('dialog').waitFor()
  expect(await violationsInBoth(page)).toEqual([])

  for (const [address, heading] of [
    ['queue', 'My work'],
    ['set-password?token=x', 'Choose a password'],
  ] as const) {
    await page.goto(`${workplace.origin}/${address}`)
    await page.getByRole('heading', { name: heading }).waitFor()
    expect(await violationsInBoth(page)).toEqual([])
  }
  await page.context().clearCookies()
  await page.goto(workplace.origin)
  await page.getByRole('heading', { name: 'Sign in to Proofloop' }).waitFor()
  expect(await violationsInBoth(page)).toEqual([])
})

test('the colours are chosen in the account menu, in which axe finds nothing', async () => {
  const page = await shared().signIn({ reducedMotion: 'reduce' })
  await page.getByRole('button', { name: 'You' }).click()
  await page.getByRole('menuitemradio', { name: 'As the system', checked: true }).waitFor()
  expect(await violationsInBoth(page)).toEqual([])
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  await page.locator('html[data-mantine-color-scheme=dark]').waitFor()
  await page.reload()
  await page.locator('html[data-mantine-color-scheme=dark]').waitFor()
})

test('axe finds nothing on the pages that the server writes itself, in light and dark', async () => {
  const workplace = shared()
  const page = await workplace.signIn()
  for (const [address, heading] of [
    ['api', /Proofloop API/u],
    ['sign-in/link?token=used', 'This link signs nobody in any more'],
  ] as const) {
    await page.goto(`${workplace.origin}/${address}`)
    await page.getByRole('heading', { name: heading }).waitFor()
    const found: string[] = []
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      found.push(...(await violations(page)))
    }
    expect(found).toEqual([])
  }
})

test.each([390, 320])(
  'on %i pixels every page is reached by the menu, and none is cut',
  async (width) => {
    const workplace = shared()
    const viewport = { width, height: 844 }
    const page = await workplace.signIn({ viewport, reducedMotion: 'reduce' })
    const name = `${'a-long-name-without-a-space-'.repeat(4)}${width}.pdf`
    await page.getByLabel('Files', { exact: true }).setInputFiles(namedPdf(name, 4))
    await page.getByText('0 of 8 reviewed').waitFor()
    expect(await beyondEdge(page)).toBe(0)
    expect(await violationsInBoth(page)).toEqual([])
    for (const [label, heading] of [
      ['Documents', 'Documents'],
      ['Review queue', 'My work'],
      ['Datasets', 'Datasets'],
      ['Evaluations', 'Evaluations'],
      ['Flow', 'Flow flow'],
      ['Environments', 'Environments'],
      ['Audit log', 'Audit log'],
      ['Settings', 'Settings'],
    ] as const) {
      await page.getByRole('navigation').getByRole('button').click()
      await page.getByRole('menuitem', { name: label }).click()
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor()
      await page.locator('[class*=Skeleton]').first().waitFor({ state: 'detached' })
      expect([label, await beyondEdge(page)]).toEqual([label, 0])
      expect(await violationsInBoth(page)).toEqual([])
    }
  },
)

test('what cannot be loaded or read, and an address of nothing, say so', async () => {
  const workplace = shared()
  const page = await workplace.signIn({ reducedMotion: 'reduce' })
  for (const [address, request, title] of [
    ['documents', /api\/documents(\?|$)/u, 'The documents cannot be shown'],
    ['datasets', /api\/datasets$/u, 'The datasets cannot be shown'],
    ['evaluations', /api\/evaluations\?/u, 'The evaluations cannot be shown'],
    ['flow', /api\/flow$/u, 'The flow cannot be shown'],
    ['environments', /api\/environments$/u, 'The environments cannot be shown'],
    ['audit', /api\/audit\?/u, 'The audit log cannot be shown'],
    ['queue', /api\/documents\?/u, 'The queue cannot be shown'],
    ['queue', /api\/reviews\?/u, 'The running reviews cannot be shown'],
  ] as const) {
    await page.route(request, (route) => route.fulfill({ status: 400, json: { code: 'X' } }))
    await page.goto(`${workplace.origin}/${address}`)
    await page.getByText(title).waitFor()
    expect(await violationsInBoth(page)).toEqual([])
    await page.unroute(request)
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText(title).waitFor({ state: 'detached' })
  }
  await page.goto(`${workplace.origin}/documents`)
  const broken = {
    name: 'broken.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from('%PDF-1.7'),
  }
  await page.getByLabel('Files', { exact: true }).setInputFiles(broken)
  await page.getByRole('link', { name: 'broken.pdf' }).click()
  await page.getByText('It could not be read').waitFor()
  expect(await violationsInBoth(page)).toEqual([])
  await page.goto(`${workplace.origin}/nowhere`)
  await page.getByText('There is no such page').waitFor()
  expect(await violationsInBoth(page)).toEqual([])
})

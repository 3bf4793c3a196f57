import { expect, test } from 'vitest'
import type { ChangeView } from '../src/schema/change-views.ts'
import { violationsInBoth } from './helpers/axe.ts'
import { changesOnPage } from './helpers/changes-on-page.ts'
import { json } from './helpers/gate-world.ts'
import { beyondEdge } from './helpers/on-page.ts'

test('a bell counts what is new and leads to it by keyboard, and everybody chooses where they are told and what they are called', async () => {
  await using world = await changesOnPage({ work: false })
  const { eve, store } = world
  const page = await world.pageOf(eve, '/settings')
  const bell = (unread: number) =>
    page.getByRole('button', {
      name: unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`,
      exact: true,
    })
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key)
  }
  await bell(0).focus()
  await press('Enter')
  await page.getByText('Nothing yet.').waitFor()
  expect(await violationsInBoth(page)).toEqual([])
  await press('Escape')
  await page.getByRole('menu').waitFor({ state: 'detached' })
  await bell(0).and(page.locator(':focus')).waitFor()

  await world.branch('less', { 'agents/less/notes.md': 'Less.\n' })
  const title = `Find ${'promisesthatneverend'.repeat(5)}`
  await json<ChangeView>(eve.ask('POST', '/api/changes', { branch: 'less', title }))
  const { change } = await world.seen(1)
  await world.open('more')
  const other = await store.changes.numbered(2)
  const event = {
    change: change.id,
    kind: 'pushed',
    person: null,
    text: '',
    key: 'told',
  } as const
  const told = [
    [change.id, 'verdict', 'Told of verdict.'],
    [change.id, 'changes-requested', `Wanted: ${'Say what a deadline is. '.repeat(80)}`],
    [other?.id ?? '', 'merged', 'Told of merged.'],
  ] as const
  const rows = told.map(([of, kind, text]) => {
    return { person: eve.id, change: of, gate: null, eventKey: 'told', id: kind, kind, text }
  })
  await store.changes.tell(event, store.notifications.steps(rows))
  const olga = await world.person('olga', ['operator'])
  const changeWebhook = 'https://hooks.example.org/secret'
  await json(olga.ask('PUT', '/api/settings', { changeWebhook }))
  await page.reload()
  await bell(3).focus()
  await press('Enter')
  await page.getByRole('menuitem', { name: 'Mark all as read' }).waitFor()
  await page.getByRole('menuitem', { name: /Unread: #1 .*Told of verdict/u }).waitFor()
  const long = await page.getByRole('menuitem', { name: /Unread: #1 .*Wanted/u }).boundingBox()
  expect(long?.height).toBeLessThan(250)
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 })
    expect([width, await beyondEdge(page)]).toEqual([width, 0])
  }
  expect(await violationsInBoth(page)).toEqual([])
  // Opened by keyboard, the menu is on its first item or, once its focus was taken, before it.
  const verdict = page.getByRole('menuitem', { name: /Unread: #1 .*Told of verdict/u })
  for (let i = 0; i < 3 && (await verdict.and(page.locator(':focus')).count()) === 0; i += 1) {
    await press('ArrowDown')
  }
  await press('Enter')
  await page.getByRole('heading', { name: `#1 ${title}` }).waitFor()
  // Who has its page open has read all that told of it.
  await bell(1).click()
  await page.getByRole('menuitem', { name: 'Mark all as read' }).click()
  await bell(0).waitFor()
  expect(await store.notifications.unread(eve.id)).toBe(0)

  await page.getByRole('menuitem', { name: 'Choose where you are told' }).click()
  const choices = page.getByRole('table', { name: 'Where I am told what' })
  for (const what of ['The gate has answered', 'A change is merged']) {
    const box = choices.getByRole('checkbox', { name: `${what}: Webhook` })
    await box.click()
    await expect.poll(() => box.isChecked()).toBe(true)
  }
  await page.getByText('No operator has set an address for Slack.').waitFor()
  expect(
    await choices.getByRole('checkbox', { name: 'A change is merged: Slack' }).isDisabled(),
  ).toBe(true)
  const kept = () => json(eve.ask('GET', '/api/me/notification-settings'))
  await expect
    .poll(kept)
    .toMatchObject({ choices: { verdict: ['webhook'], merged: ['webhook'], stopped: [] } })

  const addresses = page.getByRole('form', { name: 'My own addresses' })
  await addresses.getByLabel('My own webhook').fill('https://hooks.example.com/eve')
  await addresses.getByRole('button', { name: 'Save my addresses' }).click()
  await page.getByText('must begin with https://hooks.example.org/').waitFor()
  await addresses.getByLabel('My own webhook').fill('https://hooks.example.org/eve')
  await press('Enter')
  await expect
    .poll(kept)
    .toMatchObject({ own: { webhook: 'https://hooks.example.org/eve', slack: null } })
  expect(await addresses.getByLabel('My own address for Slack').count()).toBe(0)

  const form = page.getByRole('form', { name: 'Your name' })
  expect(await form.getByRole('button', { name: 'Save name' }).isDisabled()).toBe(true)
  await form.getByLabel('Name').fill('Eve Adams')
  await press('Enter')
  await page.getByRole('button', { name: 'Eve Adams' }).waitFor()
  expect(await violationsInBoth(page)).toEqual([])
  expect(await beyondEdge(page)).toBe(0)
  await page.reload()
  expect(await choices.getByRole('checkbox', { name: /answered: Webhook/u }).isChecked()).toBe(true)
})

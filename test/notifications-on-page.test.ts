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
  expect(await bell(0).and(page.locator(':focus')).count()).toBe(1)

  await world.branch('less', { 'agents/less/notes.md': 'Less.\n' })
  const title = `Find ${'promisesthatneverend'.repeat(5)}`
  await json<ChangeView>(eve.ask('POST', '/api/changes', { branch: 'less', title }))
  const { change } = await world.seen(1)
  const told = ['verdict', 'merged'] as const
  const event = {
    change: change.id,
    kind: 'pushed',
    person: null,
    text: '',
    key: 'told',
  } as const
  const rows = told.map((kind) => {
    const about = { person: eve.id, change: change.id, eventKey: 'told' }
    return { ...about, id: kind, kind, text: `Told of ${kind}.` }
  })
  await store.changes.tell(event, store.notifications.steps(rows))
  const olga = await world.person('olga', ['operator'])
  const changeWebhook = 'https://hooks.example.org/secret'
  await json(olga.ask('PUT', '/api/settings', { changeWebhook }))
  await page.reload()
  await bell(2).focus()
  await press('Enter')
  await page.getByRole('menuitem', { name: 'Mark all as read' }).waitFor()
  await page.getByRole('menuitem', { name: /Unread: #1 .*Told of verdict/u }).waitFor()
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 })
    expect([width, await beyondEdge(page)]).toEqual([width, 0])
  }
  expect(await violationsInBoth(page)).toEqual([])
  // The newest, below what marks all.
  await press('ArrowDown', 'ArrowDown', 'Enter')
  await page.getByRole('heading', { name: `#1 ${title}` }).waitFor()
  await bell(1).click()
  await page.getByRole('menuitem', { name: 'Mark all as read' }).click()
  await bell(0).waitFor()
  expect(await store.notifications.unread(eve.id)).toBe(0)

  await page.getByRole('menuitem', { name: 'Choose where you are told' }).click()
  const choices = page.getByRole('table', { name: 'Where I am told what' })
  await choices.getByRole('checkbox', { name: 'The gate has answered: Webhook' }).check()
  await choices.getByRole('checkbox', { name: 'My change is merged: Webhook' }).check()
  await page.getByText('No operator has set an address for Slack.').waitFor()
  expect(
    await choices.getByRole('checkbox', { name: 'My change is merged: Slack' }).isDisabled(),
  ).toBe(true)
  const kept = () => json(eve.ask('GET', '/api/me/notification-settings'))
  await expect
    .poll(kept)
    .toMatchObject({ choices: { verdict: ['webhook'], merged: ['webhook'], stopped: [] } })

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

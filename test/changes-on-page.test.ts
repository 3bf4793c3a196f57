import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { noteAway } from '../src/change/forge-cursor.ts'
import { UserFacingError } from '../src/lib/errors.ts'
import { git } from '../src/change/git/git-samples.ts'
import type { ChangeView } from '../src/schema/change-views.ts'
import { violationsInBoth } from './helpers/axe.ts'
import { changesOnPage } from './helpers/changes-on-page.ts'
import { json } from './helpers/gate-world.ts'
import { beyondEdge } from './helpers/on-page.ts'
import { openWorkplace } from './helpers/open-workplace.ts'

const why = 'The letters are too few to tell.'
const wanted = 'Say what a deadline is, and leave the rest as it was.'

const checkOf = (page: Page, name: string) =>
  page.getByRole('region', { name: 'Checks' }).getByRole('listitem').filter({ hasText: name })

async function fitsInBoth(page: Page): Promise<void> {
  expect(await violationsInBoth(page)).toEqual([])
  for (const width of [390, 1001, 1280]) {
    await page.setViewportSize({ width, height: 900 })
    expect([width, await beyondEdge(page)]).toEqual([width, 0])
  }
}

test('an empty list says how a change is opened, and a draft becomes one on Flow', async () => {
  await using world = await changesOnPage({ work: false })
  const { eve, flow, work } = world
  await git(work, ['--work-tree', flow.path('flow'), 'add', '--all'])
  await git(work, ['commit', '--quiet', '--message', 'The flow'])
  await git(work, ['reset', '--quiet', '--hard'])
  const page = await world.pageOf(eve, '/changes')
  await page.getByText('Nobody has proposed a change yet').waitFor()
  await page.getByText('proofloop change open').waitFor()
  await fitsInBoth(page)

  await page.getByRole('main').getByRole('link', { name: 'Flow' }).click()
  const agent = page.getByRole('region', { name: 'absolutes', exact: true })
  await agent.getByRole('button', { name: 'Edit a draft' }).click()
  const prompt = agent.getByRole('textbox').first()
  await prompt.fill(`${await prompt.inputValue()}Be brief.\n`)
  await agent.getByRole('button', { name: 'Make a draft of it' }).click()
  await page.locator('[role=status]:focus').getByText('is kept').waitFor()
  await agent.getByRole('button', { name: 'Open a change' }).click()
  const dialog = page.getByRole('dialog', { name: 'Open a change' })
  await dialog.getByLabel('Title').fill('Be briefer')
  expect(await violationsInBoth(page)).toEqual([])
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '#1 Be briefer' }).waitFor()
  await page.locator('[role=status]:focus').getByText('Being checked').waitFor()
  expect(await git(work, ['log', '-1', '--format=%an', '--all', '--', 'agents'])).toBe('eve')
  await world.seen(1)
  await page.reload()
  const file = page.getByRole('table', {
    name: 'What differs in agents/absolutes/agent.prompty',
  })
  await file.getByText('Be brief.').waitFor()
  await page.getByText('Agent absolutes').waitFor()

  await page.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('button', { name: 'Close it' }).click()
  await page.getByRole('button', { name: 'Close it' }).waitFor({ state: 'detached' })
  expect(world.forge.closed).toHaveLength(1)

  // Somebody takes the agent away on the branch; the flow's folder still has it.
  await git(work, ['rm', '-r', '--quiet', 'agents/absolutes'])
  await git(work, ['commit', '--quiet', '--message', 'No absolutes'])
  await page.goto(`${world.origin}/flow`)
  await agent.getByRole('button', { name: 'Edit a draft' }).click()
  await prompt.fill(`${await prompt.inputValue()}Be kind.\n`)
  await agent.getByRole('button', { name: 'Make a draft of it' }).click()
  await agent.getByRole('button', { name: 'Open a change' }).click()
  await dialog.getByLabel('Title').fill('Bring absolutes back')
  await page.keyboard.press('Enter')
  await dialog.getByText('main has no agent absolutes').waitFor()
  await dialog.getByLabel('Propose the agent anew').check()
  expect(await violationsInBoth(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Open it' }).click()
  await page.getByRole('heading', { name: '#2 Bring absolutes back' }).waitFor()
})

test('a check that failed shows its log, files that decide, and is tried again', async () => {
  await using world = await changesOnPage({ work: false })
  const { eve, store } = world
  const title = `Find ${'promisesthatneverend'.repeat(9)}`
  const lines = Array.from({ length: 900 }, (_, at) => `line ${at} of the prompt`)
  await world.branch('long', {
    'agents/absolutes/guidelines.md': `${lines.join('\n')}\n`,
    'proofloop.config.ts': 'export default {}\n',
    ...Object.fromEntries(
      Array.from({ length: 30 }, (_, at) => [`src/part-${at}.ts`, `export const part = ${at}\n`]),
    ),
  })
  await json(eve.ask('POST', '/api/changes', { branch: 'long', title, description: 'Why.' }))
  const looked = await world.seen(1, { policyFiles: ['proofloop.config.ts'] })
  const key = {
    change: looked.change.id,
    tree: looked.tree,
    name: 'functional',
    attempt: 1,
  } as const
  await store.changes.startCheck({ ...key, subject: null })
  const log = Array.from({ length: 400 }, (_, at) => `not ok ${at} - ${'x'.repeat(at)}`).join('\n')
  const summary = 'Two of nine tests failed.'
  const end = { outcome: 'fail', cause: 'functional-tests', summary, log, subject: null } as const
  await store.changes.endCheck(key, end)

  const { now } = world.host
  await noteAway({ store, now }, new UserFacingError('forge-unavailable', 'It is away.'))
  const page = await world.pageOf(eve, '/changes')
  const list = page.getByRole('table', { name: 'List of changes' })
  await list.getByText('Not passed').waitFor()
  await page.getByRole('main').getByText('The forge does not answer since').waitFor()
  await fitsInBoth(page)
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard' }).getByText('Next change').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: title }).waitFor()
  const functional = checkOf(page, 'Functional tests')
  await functional.getByText('not passed').waitFor()
  await functional.getByText(summary).waitFor()
  await functional.getByText('What the tests printed').click()
  const printed = functional.getByRole('region', { name: 'What the tests printed' })
  await printed.getByText('not ok 399').waitFor()
  expect((await printed.boundingBox())?.height).toBeLessThan(400)
  await checkOf(page, 'Can be merged').getByText('proofloop.config.ts').waitFor()
  await page.getByRole('main').getByText('decides how changes are judged').waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Show all 900 lines' }).click()
  await page.getByText('line 899 of the prompt').waitFor()
  await fitsInBoth(page)

  await page.keyboard.press('t')
  await page
    .getByRole('dialog', { name: 'Try again?' })
    .getByRole('button', { name: 'Try again' })
    .click()
  await functional.getByText('runs').waitFor()
  expect(await store.changes.checks(looked.change.id, looked.tree)).toMatchObject([
    { attempt: 1, outcome: 'fail' },
    { attempt: 2, outcome: null },
  ])
})

test('an approver approves by keyboard exactly what was looked at', async () => {
  await using world = await changesOnPage()
  const { eve, ada, store } = world
  const { number, head, change, gate } = await world.gated('fine', 'a comment')
  const page = await world.pageOf(ada, `/changes/${number}`)
  const approve = page.getByRole('button', { name: 'Approve' })
  await approve.waitFor()
  await page.getByText(`Of commit ${head.slice(0, 12)}`).waitFor()
  const measured = page.getByRole('region', { name: 'What the gate measured' })
  await measured.getByText("anything else is CAN'T TELL and needs your decision.").waitFor()
  const figures = measured.getByRole('region', { name: 'Figures of each version' })
  // Six issues of a kind are few enough to tell of examples.
  await figures.getByRole('row', { name: 'Promise candidate too few' }).waitFor()
  const all = figures.getByRole('row', { name: /^All agents candidate 12 / }).first()
  await all.getByText('0.0 [0.0, 0.0]').waitFor()
  await measured.getByRole('link', { name: 'All of this gate' }).waitFor()
  await page.setViewportSize({ width: 390, height: 844 })
  const tall = async (region: string) =>
    (await page.getByRole('region', { name: region }).boundingBox()) ?? { y: 0, height: 0 }
  const blocks = await figures.getByRole('row').count()
  expect((await tall('Figures of each version')).height / blocks).toBeLessThan(80)
  expect((await tall('Decisions')).y).toBeLessThan((await tall('What the gate measured')).y)
  await page.setViewportSize({ width: 1280, height: 800 })
  const looks = await store.audit.list({ actor: ada.id, action: 'gate-viewed', limit: 9 })
  // The change, which says whether the gate could tell, and its figures.
  expect(looks.map(({ subject }) => subject)).toEqual([gate.id, gate.id])
  expect(await page.getByRole('link', { name: 'Figures and every mistake' }).count()).toBe(0)
  await page.keyboard.press('a')
  const dialog = page.getByRole('dialog', { name: 'Approve this change?' })
  await dialog.getByText(head.slice(0, 12)).waitFor()
  await dialog.getByLabel('Why').fill(why)
  expect(await violationsInBoth(page)).toEqual([])

  // What never arrived is not told as done, and the keyboard stays in the question.
  const decision = `**/api/changes/${number}/decisions`
  await page.route(decision, (route) => route.abort())
  await dialog.getByRole('button', { name: 'Approve' }).press('Enter')
  await dialog.getByRole('alert').getByText('this was not done, or you were not told').waitFor()
  await dialog.locator(':focus').getByText('Approve').waitFor()
  expect(await page.getByText('is kept until it is back').count()).toBe(0)
  await dialog.locator(':focus').blur()
  await page.keyboard.press('c')
  expect(await page.getByRole('dialog').count()).toBe(1)
  await dialog.waitFor()
  await page.unroute(decision)

  // Something is pushed while the question stands: nothing is decided about it.
  const later = await world.branch('fine', { 'agents/fine/notes.md': 'Less, and less.\n' })
  await world.seen(number)
  await dialog.getByRole('button', { name: 'Approve' }).click()
  await page.getByText('It moved while you looked').waitFor()
  expect(await dialog.count()).toBe(0)
  expect(await store.changes.decisions(change.id)).toEqual([])
  await page.getByRole('button', { name: 'I have looked again' }).click()
  await page.getByText('Less, and less.').waitFor()
  expect(await approve.count()).toBe(0)
  await page.keyboard.press('c')
  const asking = page.getByRole('dialog', { name: 'Ask for changes?' })
  await asking.getByText(later.slice(0, 12)).waitFor()
  // What was written for approvers alone does not stand where the author will read it.
  const said = asking.getByLabel('Why')
  expect(await said.inputValue()).toBe('')
  await asking.getByText('Its author reads it').waitFor()
  await said.fill(wanted)
  expect(await violationsInBoth(page)).toEqual([])
  await asking.getByRole('button', { name: 'Cancel' }).click()
  await asking.waitFor({ state: 'detached' })
  await page.keyboard.press('c')
  expect(await said.inputValue()).toBe(wanted)
  await asking.getByRole('button', { name: 'Ask for changes' }).click()
  const decisions = page.getByRole('region', { name: 'Decisions' })
  await decisions.getByText(wanted).waitFor()
  await fitsInBoth(page)

  await world.branch('fine', { 'agents/fine/notes.md': 'Less.\n' })
  const again = await world.seen(number)
  expect(again.tree).not.toBe('')
  await decisions.locator('del').getByText('asked for changes').waitFor()
  await decisions.getByText(', does not count').waitFor()
  const own = await world.pageOf(eve, `/changes/${number}`)
  const told = own.getByRole('region', { name: 'Decisions' })
  await told.getByText('asked for changes').waitFor()
  await told.getByText(wanted).waitFor()
})

test('an author sees one bit of a gate that cannot tell, and an approver overrides it', async () => {
  await using world = await changesOnPage({ settings: { minDocs: 50 } })
  const { eve, ada, store } = world
  const { number, change, gate } = await world.gated('doubtful', 'a comment')
  expect(gate.verdict).toBe('CANT_TELL')
  const own = await world.pageOf(eve, '/changes')
  const asked: string[] = []
  own.on('request', (request) => void asked.push(request.url()))
  await own.goto(`${world.origin}/changes/${number}`)
  const told = checkOf(own, 'Gate').last()
  await told.getByText('not passed', { exact: true }).waitFor()
  await told.getByText('tells you this and nothing else').waitFor()
  expect(await own.getByText(/tell whether|can.t tell/iu).count()).toBe(0)
  expect(await own.getByText('What the gate measured').count()).toBe(0)
  expect(asked.filter((address) => address.includes('/api/gates/'))).toEqual([])
  const refused = await eve.ask('GET', `/api/gates/${gate.id}`)
  expect([refused.status, await refused.text()]).toEqual([
    403,
    expect.not.stringMatching(/CANT_TELL|f05/u),
  ])
  expect(await own.getByRole('button', { name: /Override|Approve/u }).count()).toBe(0)
  await own.getByRole('button', { name: 'Ask the gate once more' }).waitFor()
  await fitsInBoth(own)

  // Whoever looks after hidden examples is shown which gate it is, and nothing that would be refused.
  const kept = await world.pageOf(world.cleo, `/gates/${gate.id}`)
  await kept.getByText('It was not looked at on audit.').waitFor()
  await kept.getByRole('link', { name: `#${number}`, exact: true }).waitFor()
  expect(await kept.getByRole('button', { name: /look at audit/u }).count()).toBe(0)
  await fitsInBoth(kept)

  const page = await world.pageOf(ada, `/changes/${number}`)
  await checkOf(page, 'Gate').last().getByText('can’t tell').waitFor()
  const where = page.getByRole('status').filter({ hasText: 'The gate can’t tell' })
  await where.getByText('You can override it, with a reason').waitFor()
  await fitsInBoth(page)
  await page.keyboard.press('o')
  const dialog = page.getByRole('dialog', { name: 'Override the gate?' })
  await dialog.getByText('In 10 to 2000 characters.').waitFor()
  await dialog.getByRole('button', { name: 'Override' }).click()
  expect(await dialog.locator('textarea:invalid').count()).toBe(1)
  await dialog.getByLabel('Why').fill(why)
  await dialog.getByRole('button', { name: 'Override' }).click()
  const decisions = page.getByRole('region', { name: 'Decisions' })
  await decisions.getByText('overrode the gate').waitFor()
  await page.locator('[role=status]:focus').getByText('Being merged', { exact: true }).waitFor()
  expect(await store.changes.decisions(change.id)).toMatchObject([
    { decision: 'overridden', reason: why, gate: gate.id, person: ada.id },
  ])

  // A look at what the gate could tell is in the audit log: the page does not look again and again.
  const viewed = async () =>
    (await store.audit.list({ limit: 99 })).filter(({ action }) => action === 'gate-viewed').length
  const before = await viewed()
  await page.waitForResponse((answer) => answer.url().includes('/api/changes?'))
  await page.waitForResponse((answer) => answer.url().includes('/api/changes?'))
  expect(await viewed()).toBe(before)
  expect((await json<ChangeView>(ada.ask('GET', `/api/changes/${number}`))).stage).toBe('merging')
})

test('a server that looks at no repository says how it gets one', async () => {
  await using workplace = await openWorkplace()
  const page = await workplace.signIn({ reducedMotion: 'reduce' })
  await page.goto(`${workplace.origin}/changes`)
  await page.getByText('Changes come from a git repository').waitFor()
  await page.getByText('This server looks at no repository.').waitFor()
  expect(await page.getByRole('main').locator('code').allTextContents()).toEqual([
    'changes: {}',
    'proofloop.config.ts',
    'forge.repository',
  ])
  expect(await page.getByRole('main').textContent()).not.toContain('`')
  expect(await page.getByRole('button', { name: 'Open a change' }).count()).toBe(0)
  await fitsInBoth(page)
})

import { describe, expect, test } from 'vitest'
import { changeWorld } from '../../test/helpers/proposed-changes.ts'
import { type Ask, json, refusal, report } from '../../test/helpers/gate-world.ts'
import { inWalkingOrder, routesOf, walkRoute } from '../../test/helpers/api-walk.ts'
import { testServer } from '../../test/helpers/test-server.ts'
import { watchStatements } from '../../test/helpers/watch-statements.ts'
import { git } from '../change/git/git-samples.ts'
import type { ChangeDiff } from '../schema/api/changes.ts'
import type { ChangeEntry, ChangeView } from '../schema/change-views.ts'
import type { DraftBase } from '../change/draft-base.ts'
import { newRequest } from '../store/store-samples.ts'
import { served } from './implementer.ts'

const why = 'The letters are too few to tell.'

/** Names of rows, hashes and times by the order in which they come. */
function shapeOf(text: string): string {
  const known = new Map<string, string>()
  return text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{40,64}|\b1[0-9]{12}\b/g, (name) => {
    // Two times may be one, by chance: so they are not counted.
    if (/^1[0-9]{12}$/.test(name)) return 'time'
    const found = known.get(name) ?? `name ${known.size}`
    known.set(name, found)
    return found
  })
}

/** But what begins a gate, after which nothing can be overridden. */
const routes = [served.changes, served.notifications]
  .flatMap((router) => routesOf(router))
  .filter(({ path }) => !path.endsWith('/retry'))

/** All that somebody is told of changes, with what the store is asked for it and how many rows that has. */
async function askAll(
  ask: Ask,
  verb: string,
  { number, head, tree }: { number: number; head: string; tree: string },
): Promise<string[]> {
  using statements = watchStatements()
  const known = {
    number: [String(number), '999'],
    after: ['', '9'],
    head: [head, tree],
    tree: [tree, head],
    reason: [why],
    branch: ['none', 'main'],
  }
  const samples = { known, words: ['none', ''], files: [] }
  const walker = { ask, samples: [samples], statements, since: Infinity }
  const told: string[] = []
  for (const route of inWalkingOrder(routes).filter(({ method }) => method === verb)) {
    for (const one of await walkRoute(walker, route)) {
      const store = [...one.statements.toSorted(), ...one.rows.toSorted()]
      told.push(shapeOf([one.request, one.answer, ...store].join('\n')))
    }
  }
  return told
}

/** As a custodian reads it of the gate, before and after the look at `audit`. */
async function deployableOf(
  { store, cleo, ada }: Awaited<ReturnType<typeof changeWorld>>,
  id: string,
) {
  const before = await report(cleo.ask, id)
  const { testSet } = (await store.gates.get(id))!
  const asked = { gate: id, requester: cleo.id, margin: 0.05, testSet, every: null }
  await store.gateAudits.start(asked)
  const begun = (await store.gateAudits.get(id))!
  const end = { passed: true, measures: null, walls: null, gateDelta: null, gateSe: null }
  await store.gateAudits.finish(begun, { ...end, auditDelta: null, auditSe: null })
  const after = await report(cleo.ask, id)
  expect(await report(ada.ask, id)).toMatchObject({ deployable: null })
  return { overridden: after.overridden, deployable: [before.deployable, after.deployable] }
}

describe('changes', () => {
  test('are refused on a server that looks at no repository', async () => {
    await using server = await testServer()
    const { ask } = await server.person('eve', ['engineer'])
    for (const [method, path, body] of [
      ['GET', '/api/changes'],
      ['POST', '/api/changes', { branch: 'b', title: 't' }],
    ] as const) {
      const code = 'changes-not-configured'
      expect(await refusal(ask(method, path, body))).toEqual({ status: 409, code })
    }
    expect((await server.nobody('GET', '/api/changes')).status).toBe(401)
  })

  test('are opened once for a branch, listed by page, state and person, and shown with their files', async () => {
    await using world = await changeWorld()
    const { eve, ada } = world
    const opened = await world.open('less')
    expect(opened).toMatchObject({ number: 1, isOwn: true, stage: 'checking', state: 'open' })
    const again = { branch: 'less', title: 'Other' }
    expect(await json<ChangeView>(eve.ask('POST', '/api/changes', again))).toMatchObject({
      number: 1,
      title: 'Change less',
    })
    const zoe = await world.person('zoe', ['engineer'])
    await world.open('more', zoe.ask)
    const list = async (ask: Ask, query = '') =>
      json<{ items: ChangeEntry[]; next: string | null }>(ask('GET', `/api/changes${query}`))
    expect((await list(ada.ask)).items.map(({ number }) => number)).toEqual([2, 1])
    expect((await list(eve.ask, '?own=true')).items).toMatchObject([{ number: 1, isOwn: true }])
    const first = await list(eve.ask, '?limit=1')
    expect(first).toMatchObject({ items: [{ number: 2, isOwn: false }], next: '2' })
    expect((await list(eve.ask, `?limit=1&after=${first.next}`)).items).toMatchObject([
      { number: 1 },
    ])
    expect((await list(eve.ask, '?state=merged')).items).toEqual([])
    const files = { 'datasets/a.jsonl': '{"text":"Dear"}\n', 'flow.ts': 'export {}\n' }
    await world.branch('wide', { ...files, 'agents/a/agent.yaml': 'a: 1\n', 'a.bin': '\0' })
    await json(eve.ask('POST', '/api/changes', { branch: 'wide', title: 'Wide' }))
    const diff = (ask: Ask) => json<ChangeDiff>(ask('GET', '/api/changes/3/diff'))
    expect(await diff(eve.ask)).toEqual({ tree: null, files: [], leftOut: 0 })
    const { tree } = await world.seen(3, { policyFiles: ['datasets/a.jsonl'] })
    const [agent, binary, dataset, code] = (await diff(eve.ask)).files
    expect(agent).toMatchObject({ agent: 'a', path: 'agents/a/agent.yaml', after: 'a: 1\n' })
    expect(binary).toMatchObject({ path: 'a.bin', after: null, tooLong: false })
    expect(dataset).toMatchObject({ isPolicy: true, after: files['datasets/a.jsonl'] })
    expect(code).toMatchObject({ status: 'added', before: null, after: files['flow.ts'] })
    // Approvers and operators see no text of a document, also where it is in the repository.
    const olga = await world.person('olga', ['operator'])
    for (const { ask } of [ada, olga]) {
      const shown = await diff(ask)
      expect(shown.tree).toBe(tree)
      expect(shown.files).toMatchObject([
        { after: 'a: 1\n', withheld: false },
        { after: null, withheld: true },
        { after: null, withheld: true },
        { after: files['flow.ts'], withheld: false },
      ])
    }
    expect(await refusal(eve.ask('GET', '/api/changes/99'))).toEqual({
      status: 404,
      code: 'change-not-found',
    })
  })

  test('cannot be opened of what is not there, of the protected branch, or of two things', async () => {
    await using world = await changeWorld({ work: false })
    const open = (body: object) =>
      refusal(world.eve.ask('POST', '/api/changes', { title: 'T', ...body }))
    expect(await open({ branch: 'none' })).toEqual({ status: 404, code: 'branch-not-found' })
    expect(await open({ branch: 'main' })).toMatchObject({ code: 'branch-protected' })
    expect(await open({ branch: '--all' })).toMatchObject({ code: 'branch-not-found' })
    expect(await open({})).toMatchObject({ code: 'change-source' })
    expect(await open({ branch: 'a', draft: 'b' })).toMatchObject({ code: 'change-source' })
    expect(await open({ draft: 'none' })).toMatchObject({ code: 'draft-not-found' })
  })

  test('made of a draft are a commit of its author, unless the branch has gone on', async () => {
    await using world = await changeWorld({ work: false })
    const { eve, flow, work } = world
    const files = [{ name: 'guidelines.md', text: 'Be brief.\n' }]
    const draft = { agent: 'absolutes', files }
    const { version } = await json<{ version: string }>(eve.ask('POST', '/api/flow/drafts', draft))
    const body = { draft: version, title: 'Briefer' }
    // The repository does not have the flow yet.
    await git(work, ['switch', '--quiet', 'main'])
    const zoe = await world.person('zoe', ['engineer'])
    expect(await refusal(zoe.ask('POST', '/api/changes', body))).toMatchObject({
      code: 'draft-not-found',
    })
    await git(work, ['--work-tree', flow.path('flow'), 'add', '--all'])
    await git(work, ['commit', '--quiet', '--message', 'The flow'])
    await git(work, ['reset', '--quiet', '--hard'])
    const opened = await json<ChangeView>(eve.ask('POST', '/api/changes', body))
    expect(opened.branch).toMatch(/^proofloop\/draft-/)
    const { tree } = await world.seen(opened.number)
    const { files: changed } = await json<ChangeDiff>(
      eve.ask('GET', `/api/changes/${opened.number}/diff`),
    )
    expect(changed).toMatchObject([
      { path: 'agents/absolutes/guidelines.md', agent: 'absolutes', after: 'Be brief.\n' },
    ])
    expect(tree).not.toBe('')
    expect(await git(work, ['log', '-1', '--format=%an <%ae>', opened.branch])).toBe(
      'eve <eve@example.org>',
    )
    const other = { ...draft, files: [{ name: 'guidelines.md', text: 'Be kind.\n' }] }
    const later = await json<{ version: string }>(eve.ask('POST', '/api/flow/drafts', other))
    await git(work, ['merge', '--quiet', '--ff-only', opened.branch])
    const outdated = { draft: later.version, title: 'Kinder' }
    const isOutdated = { status: 409, code: 'draft-outdated' }
    expect(await refusal(eve.ask('POST', '/api/changes', outdated))).toEqual(isOutdated)
  })

  test('made of a second draft start from what was merged, which the folder of the flow does not have', async () => {
    await using world = await changeWorld({ work: false })
    const { eve, flow, work } = world
    await git(work, ['--work-tree', flow.path('flow'), 'add', '--all'])
    await git(work, ['commit', '--quiet', '--message', 'The flow'])
    await git(work, ['reset', '--quiet', '--hard'])
    const baseOf = () => json<DraftBase>(eve.ask('GET', '/api/flow/agents/promises/draft-base'))
    const begun = await baseOf()
    expect(begun).toMatchObject({ branch: 'main' })
    const [prompt] = begun.files
    const draftOf = (words: string, base: DraftBase) =>
      eve.ask('POST', '/api/flow/drafts', {
        agent: 'promises',
        base: base.version,
        files: [{ name: prompt?.name, text: `${base.files[0]?.text}${words}` }],
      })
    const proposed = async (draft: { version: string }, title: string) =>
      json<ChangeView>(eve.ask('POST', '/api/changes', { draft: draft.version, title }))
    const first = await json<{ version: string }>(draftOf('Be brief.\n', begun))
    const { branch } = await proposed(first, 'Briefer')
    await git(work, ['merge', '--quiet', '--ff-only', branch])

    // Whoever began before that does not undo it.
    const isOutdated = { status: 409, code: 'draft-outdated' }
    expect(await refusal(draftOf('Be kind.\n', begun))).toEqual(isOutdated)
    const now = await baseOf()
    expect(now.files).toMatchObject([
      { text: `${prompt?.text}Be brief.\n` },
      ...begun.files.slice(1),
    ])
    const second = await json<{ version: string; base: string }>(draftOf('Be kind.\n', now))
    expect(second.base).toBe(now.version)
    const { number } = await proposed(second, 'Kinder')
    await world.seen(number)
    const { files } = await json<ChangeDiff>(eve.ask('GET', `/api/changes/${number}/diff`))
    expect(files).toMatchObject([
      {
        path: `agents/promises/${prompt?.name}`,
        before: `${prompt?.text}Be brief.\n`,
        after: `${prompt?.text}Be brief.\nBe kind.\n`,
      },
    ])
    expect(await refusal(eve.ask('GET', '/api/flow/agents/none/draft-base'))).toMatchObject({
      code: 'unknown-agent',
    })
  })

  test('made of a draft of an agent that was taken away on the branch bring it back only when that is said', async () => {
    await using world = await changeWorld({ work: false })
    const { eve, flow, work } = world
    await git(work, ['--work-tree', flow.path('flow'), 'add', '--all'])
    await git(work, ['commit', '--quiet', '--message', 'The flow'])
    await git(work, ['reset', '--quiet', '--hard'])
    const draftOf = (text: string) =>
      json<{ version: string }>(
        eve.ask('POST', '/api/flow/drafts', {
          agent: 'absolutes',
          files: [{ name: 'guidelines.md', text }],
        }),
      )
    const before = await draftOf('Be brief.\n')
    await git(work, ['rm', '-r', '--quiet', 'agents/absolutes'])
    await git(work, ['commit', '--quiet', '--message', 'No absolutes'])

    const isGone = { status: 409, code: 'agent-not-on-branch' }
    // The flow's folder still has it, so that a draft of it can be made and tried.
    for (const { version } of [before, await draftOf('Be kind.\n')]) {
      const body = { draft: version, title: 'Briefer' }
      expect(await refusal(eve.ask('POST', '/api/changes', body))).toEqual(isGone)
    }
    const body = { draft: before.version, title: 'Absolutes, briefer', anew: true }
    const { number, branch } = await json<ChangeView>(eve.ask('POST', '/api/changes', body))
    await world.seen(number)
    const { files } = await json<ChangeDiff>(eve.ask('GET', `/api/changes/${number}/diff`))
    expect(files.map(({ path, status }) => [path, status])).toEqual([
      ['agents/absolutes/agent.prompty', 'added'],
      ['agents/absolutes/guidelines.md', 'added'],
    ])
    expect(files.at(-1)?.after).toBe('Be brief.\n')
    expect(await git(work, ['log', '-1', '--format=%s', branch])).toBe('Add absolutes')
  })

  test('are decided about by approvers who have no part in them, of exactly what they saw', async () => {
    await using world = await changeWorld()
    const { eve, ada, cleo } = world
    const { number, head, tree, gate } = await world.gated('fine', 'a comment')
    expect(gate.verdict).toBe('PASS')
    const address = `/api/changes/${number}/decisions`
    const decide = (ask: Ask, body: object = {}) =>
      ask('POST', address, { decision: 'approved', head, tree, ...body })
    const forbidden = { status: 403, code: 'FORBIDDEN' }
    expect(await refusal(decide(eve.ask))).toEqual(forbidden)
    const zoe = await world.person('zoe', ['engineer', 'approver'])
    await world.seen(number, { writers: [zoe.id] })
    expect(await refusal(decide(zoe.ask))).toEqual({ status: 403, code: 'own-change' })
    await world.seen(number)
    expect(await refusal(decide(ada.ask, { tree: head }))).toEqual({
      status: 409,
      code: 'change-moved',
    })
    // Nor does one decide by the figures of another look than the newest.
    expect(await refusal(decide(ada.ask, { gate: 'another' }))).toEqual({
      status: 409,
      code: 'change-moved',
    })
    const wanted = { decision: 'changes-requested' }
    expect(await refusal(decide(ada.ask, wanted))).toMatchObject({ code: 'reason-missing' })
    expect(await refusal(decide(ada.ask, { ...wanted, reason: 'Too short' }))).toMatchObject({
      code: 'BAD_REQUEST',
    })
    expect((await world.view(number, ada.ask)).may).toMatchObject({
      approve: true,
      override: false,
    })
    expect((await world.view(number, eve.ask)).may).toMatchObject({ approve: false, close: true })
    const overriding = { decision: 'overridden', reason: why }
    expect(await refusal(decide(ada.ask, overriding))).toEqual({
      status: 409,
      code: 'not-overridable',
    })
    await json(decide(ada.ask, { ...wanted, reason: why }))
    const approved = await json<ChangeView>(decide(ada.ask, { gate: gate.id }))
    expect(approved.decisions).toMatchObject([
      { decision: 'changes-requested', reason: why, counts: false, person: { name: 'ada' } },
      { decision: 'approved', reason: null, counts: true, solo: false },
    ])
    // Sent again, as after an answer that was lost.
    const again = await json<ChangeView>(decide(ada.ask, { gate: gate.id }))
    expect(again.decisions).toEqual(approved.decisions)
    expect(again.may).toMatchObject({ approve: false, requestChanges: true })
    // An approval is of what the gate has measured.
    const kept = await world.store.changes.decisions(
      (await world.store.changes.numbered(number))!.id,
    )
    expect(kept.map((one) => one.gate)).toEqual([null, gate.id])
    // Whoever is asked for something else reads why; what else is written may quote figures.
    const figures = 'Of 40 letters it missed two.'
    await json(decide(ada.ask, { reason: figures }))
    const olga = await world.person('olga', ['operator'])
    for (const { ask } of [eve, olga]) {
      const told = [{ reason: why }, { reason: null }, { reason: null }]
      expect((await world.view(number, ask)).decisions).toMatchObject(told)
    }
    const judged = [{ reason: why }, { reason: null }, { reason: figures }]
    expect((await world.view(number, cleo.ask)).decisions).toMatchObject(judged)
    await world.seen(number, { policyFiles: ['proofloop.config.ts'] })
    expect((await refusal(decide(cleo.ask, wanted))).code).toBe('reason-missing')
    const actions = (await world.store.audit.list({ limit: 99 })).map(({ action }) => action)
    expect(actions.filter((action) => action === 'change-decided')).toHaveLength(3)
    expect(actions).toContain('gate-viewed')
  })

  test('that were merged and are not marked as in production are told to whoever may mark them', async () => {
    await using world = await changeWorld()
    const { ada, cleo, store } = world
    const merged = await world.gated('fine', 'a comment')
    const { id } = merged.change
    expect((await report(ada.ask, merged.gate.id)).change).toBe(merged.number)
    const version = merged.gate.candidate
    await store.changes.update(id, { state: 'merged', mergedAs: 'c'.repeat(40) })
    const worse = await world.gated('less', 'no promises')
    const told = async (ask: Ask, { number } = worse) =>
      (await world.view(number, ask)).told.filter((one) => one.includes('dataset mark baseline'))
    expect(await told(cleo.ask)).toEqual([])
    await store.changes.requestDeployment(newRequest(id, { version }))
    const [sentence = '', ...others] = await told(cleo.ask)
    expect(others).toEqual([])
    expect(sentence).toContain(`that of change ${merged.number}, which was merged since,`)
    expect(sentence).toContain(`mark baseline ${version}`)
    expect((await told(cleo.ask, merged))[0]).toContain('Once this one is deployed, mark it')
    expect(await told(ada.ask)).toEqual([])
    await json(cleo.ask('POST', '/api/flow/references', { role: 'baseline', version }))
    expect([await told(cleo.ask), await told(cleo.ask, merged)]).toEqual([[], []])
  })

  test('are closed and tried again by who proposed them', async () => {
    await using world = await changeWorld({ work: false })
    const { eve, ada } = world
    const { number } = await world.open('less')
    const zoe = await world.person('zoe', ['engineer'])
    const ask = (whose: Ask, what: string, body = {}) =>
      refusal(whose('POST', `/api/changes/${number}/${what}`, body))
    for (const what of ['close', 'retry']) {
      expect(await ask(ada.ask, what)).toEqual({ status: 403, code: 'FORBIDDEN' })
      expect(await ask(zoe.ask, what)).toEqual({ status: 403, code: 'change-not-yours' })
    }
    expect(await ask(eve.ask, 'retry')).toEqual({ status: 409, code: 'nothing-to-retry' })
    const looked = await world.seen(number)
    await world.ended(looked, { name: 'functional', outcome: 'fail', cause: 'checkout-walls' })
    expect((await world.view(number, eve.ask)).may.retry).toBe(true)
    const retried = await json<ChangeView>(eve.ask('POST', `/api/changes/${number}/retry`, {}))
    expect(retried.checks.find(({ name }) => name === 'functional')).toMatchObject({
      attempt: 2,
      state: 'running',
    })
    expect(retried.may.retry).toBe(false)
    expect(await ask(eve.ask, 'retry', { what: 'gate' })).toMatchObject({
      code: 'nothing-to-retry',
    })
    const closed = await json<ChangeView>(eve.ask('POST', `/api/changes/${number}/close`, {}))
    expect(closed).toMatchObject({ state: 'closed', stage: 'closed' })
    expect(world.forge.closed).toEqual(['less'])
    expect(await ask(eve.ask, 'close')).toEqual({ status: 409, code: 'change-not-open' })
  })

  test('that are worse and those that cannot be told are the same to everybody who may not see figures, and to the store, however much is hidden', async () => {
    const told = async (
      candidate: 'no promises' | 'a comment',
      { minDocs, hidden }: { minDocs: number; hidden: number },
    ) => {
      const sizes = { evaluation: 1, test: hidden, audit: hidden }
      await using world = await changeWorld({ settings: { minDocs }, sizes })
      const looked = await world.gated('less', candidate)
      const { number, gate, head, tree } = looked
      const olga = await world.person('olga', ['operator'])
      const zoe = await world.person('zoe', ['engineer', 'approver'])
      const asked: string[] = []
      for (const { ask } of [world.eve, olga, zoe])
        asked.push(...(await askAll(ask, 'GET', looked)))
      const seen = await world.view(number, world.ada.ask)
      const address = `/api/changes/${number}/decisions`
      const overriding = { decision: 'overridden', head, tree, reason: why }
      for (const { ask } of [olga, zoe, world.eve]) {
        const refused = await ask('POST', address, overriding)
        asked.push(shapeOf(`${refused.status} ${await refused.text()}`))
        for (const verb of ['PUT', 'POST']) asked.push(...(await askAll(ask, verb, looked)))
      }
      // Its author has asked for all, and so has withdrawn it.
      await world.store.changes.update(looked.change.id, { state: 'open' })
      const answer = await world.ada.ask('POST', address, overriding)
      const judged = await deployableOf(world, gate.id)
      return { asked, seen, verdict: gate.verdict, overridden: answer.status, judged }
    }
    const worse = await told('no promises', { minDocs: 4, hidden: 6 })
    const doubtful = await told('a comment', { minDocs: 50, hidden: 9 })
    expect([worse.verdict, doubtful.verdict]).toEqual(['FAIL', 'CANT_TELL'])
    expect(doubtful.asked).toEqual(worse.asked)
    const all = worse.asked.join('\n')
    for (const word of ['"stage":"not-passed"', 'from "change_checks"', 'figures-not-yours']) {
      expect(all).toContain(word)
    }
    // Whoever may see the figures is told, and decides.
    const gateOf = ({ checks }: ChangeView) => checks.find(({ name }) => name === 'gate')
    expect(gateOf(worse.seen)).toMatchObject({ outcome: 'fail' })
    expect(gateOf(doubtful.seen)).toMatchObject({ outcome: 'cannot-tell' })
    expect([worse.seen.may.override, doubtful.seen.may.override]).toEqual([false, true])
    expect([worse.overridden, doubtful.overridden]).toEqual([409, 200])
    expect(worse.seen.told.join(' ')).toContain('nobody can override that')
    expect(doubtful.seen.told.join(' ')).toContain('You can override it, with a reason')
    // A gate that cannot tell is overridden for good: its version may be deployed, if audit says so, too.
    expect(worse.judged).toEqual({ overridden: false, deployable: [false, false] })
    expect(doubtful.judged).toEqual({ overridden: true, deployable: [false, true] })
  })

  test('that were not passed are looked at once more, and no third time', async () => {
    await using world = await changeWorld()
    const { eve } = world
    const looked = await world.gated('less', 'no promises')
    const address = `/api/changes/${looked.number}/retry`
    const before = await world.view(looked.number, eve.ask)
    expect(before).toMatchObject({ may: { retry: true }, budget: { left: 9, of: 10 } })
    const lookAgain = () => eve.ask('POST', address, { what: 'gate' })
    // From several windows at once; and once more, as after an answer that was lost.
    const answers = await Promise.all([lookAgain(), lookAgain(), lookAgain()])
    expect(answers.some(({ status }) => status === 200)).toBe(true)
    const again = await json<ChangeView>(lookAgain())
    const gates = await world.store.gates.list({ limit: 9 })
    expect(new Set(gates.map(({ look }) => look))).toEqual(new Set([0, 1]))
    expect(gates).toHaveLength(2)
    const gate = again.checks.find(({ name }) => name === 'gate')
    expect(gate).toMatchObject({ attempt: 2, state: 'running', outcome: null })
    const id = gate?.subject ?? ''
    await world.stored(id)
    world.setClock((await world.answer(id)).answerAt)
    expect(await world.answer(id)).toMatchObject({ state: 'answered', passed: false })
    const { store } = world
    const key = { change: looked.change.id, tree: looked.tree, name: 'gate' as const, attempt: 2 }
    const end = {
      outcome: 'fail',
      cause: 'quality',
      summary: null,
      log: null,
      subject: id,
    } as const
    await store.changes.endCheck(key, end)
    const after = await world.view(looked.number, eve.ask)
    expect(after).toMatchObject({ may: { retry: false }, budget: null })
    expect(await refusal(lookAgain())).toMatchObject({ code: 'nothing-to-retry' })
  })
})

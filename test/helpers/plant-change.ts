import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import type { ChangeHost } from '../../src/change/change-host.ts'
import { filesIn, git } from '../../src/change/git/git-samples.ts'
import { loadConfig } from '../../src/flow/load-config.ts'
import { timeOrderedId } from '../../src/lib/time-ordered-id.ts'
import { ChangeSettings } from '../../src/schema/change-settings.ts'
import type { CheckResult } from '../../src/schema/doctor.ts'
import { EnvironmentSettings } from '../../src/schema/environment.ts'
import { GateSettings } from '../../src/schema/gate-settings.ts'
import type { ServerConfig } from '../../src/environment/server-config.ts'
import { changeHostOf, goingOn } from './change-host.ts'
import { importCommits } from './git-forge.ts'
import { type Accounts, addVersion, json, places } from './plant-hidden.ts'
import type { testServer } from './test-server.ts'

type Server = Awaited<ReturnType<typeof testServer>>

/** Whose hidden examples decide; they are the same with and without what is hidden elsewhere. */
const decisive = 'notices'

/** What a server is told of its environments, its gate and its changes, with a repository in its data folder. */
export function configFor(dataFolder: string, flow: string): ServerConfig {
  const { models } = loadConfig(flow)
  const settings = { isolation: 'process', retention: { backupHours: null } }
  return {
    directory: flow,
    environments: [{ ...EnvironmentSettings.parse(settings), name: 'dev', models }],
    gate: GateSettings.parse({
      dataset: decisive,
      answerEverySeconds: 15,
      minDocs: 2,
      repeats: 1,
      walls: { isolation: 'process', boundary: 'none' },
    }),
    changes: ChangeSettings.parse({
      forge: { kind: 'local', repository: path.join(dataFolder, 'repository.git') },
    }),
  }
}

/** The flow in production, and two branches of the engineer that nobody has proposed yet. */
export async function makeRepository(dataFolder: string, flow: string): Promise<void> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  const bare = path.join(dataFolder, 'repository.git')
  await git(dataFolder, ['init', '--quiet', '--bare', '-b', 'main', bare])
  const files = await filesIn(flow)
  await importCommits(bare, [{ branch: 'main', by: 'owner', from: null, files }])
  const promises = ['agent.prompty', 'consolidator.prompty']
  const worse = Object.fromEntries(promises.map((file) => [`agents/promises/${file}`, null]))
  const later = { 'agents/absolutes/notes.md': 'A note.\n' }
  for (const [branch, changed] of Object.entries({ worse, later })) {
    const from = 'refs/heads/main^0'
    await importCommits(bare, [{ branch, by: 'engineer', from, files: changed }])
  }
}

/**
 * A change whose gate was not passed, with its checks, events, comment and notifications, and what an approver said of
 * it to those who judge; and what two checks of an environment found.
 */
export async function plantChange(server: Server, accounts: Accounts) {
  await keepReports(server)
  // Of fewer in `test` a gate could not tell that it is worse.
  const lines = { evaluation: 2, test: 6, audit: 2 }
  await addVersion(server.as(accounts.custodian.cookie), decisive, {
    lines: Object.entries(lines).flatMap(([split, count]) =>
      Array.from({ length: count }, (_, n) => notice(`notice-${split}-${n}`, split)),
    ),
    note: 'Notices.',
  })
  const host = hostOf(server)
  const proposal = { branch: 'worse', title: 'Worse' }
  const engineer = server.as(accounts.engineer.cookie)
  const { number } = await json<{ number: number }>(engineer('POST', '/api/changes', proposal))
  const { id } = (await host.store.changes.numbered(number))!
  const { settle, newest, gateOf } = goingOn([host], (time) => server.setClock(time))
  const { stage, told } = await settle(id)
  if (stage !== 'not-passed') throw new Error(`It is ${stage}: ${told.join(' ')}`)
  const { head, tree } = await newest(id)
  const gate = (await gateOf(id)) ?? ''
  await host.store.changes.decide({
    id: timeOrderedId(),
    change: id,
    person: accounts.approver.id,
    decision: 'approved',
    head,
    tree: tree ?? '',
    gate,
    reason: `It is ${places.decision}.`,
    reasonTold: false,
    solo: false,
    record: null,
  })
  // What is later than the clock of those who look is not there yet.
  await setTimeout(Math.max(0, host.now() - Date.now()))
  return { number: `${number}`, gate, head, tree: tree ?? '' }
}

/**
 * Why a gate was not passed, as it could have been as well: its author is told the same. That one that has ended never
 * changes, the database is made to forget.
 */
export async function turnVerdicts({ store }: Server): Promise<void> {
  const { db, type } = store.accountTables
  const disarm =
    type === 'postgres'
      ? sql`alter table gates disable trigger user`
      : sql`drop trigger gates_never_change`
  await disarm.execute(db)
  const other = sql`case verdict when 'FAIL' then 'CANT_TELL' else 'FAIL' end`
  await sql`update gates set verdict = ${other}`.execute(db)
}

/** Bundles are made in this process: what tests propose is nothing that has to be kept apart. */
function hostOf({ host }: Server): ChangeHost {
  const { changes, ...rest } = host
  if (changes === null) throw new Error('The server looks at no repository.')
  return changeHostOf(rest, changes)
}

async function keepReports({ store, host }: Server): Promise<void> {
  for (const result of ['fail', 'pass'] satisfies CheckResult[]) {
    const check = {
      name: 'disk',
      result,
      sentence: 'Some MB are free.',
      fix: null,
      milliseconds: 1,
    }
    const about = { environment: 'dev' as const, result, checkedAt: host.now(), checks: [check] }
    await store.environmentChecks.add({ ...about, checkedBy: null }, 20)
  }
}

function notice(id: string, split: string): string {
  const secret = split === 'evaluation' ? 'Rome' : places.notice
  const text = `Notice ${id} of ${secret}: the ${id} will always be open.`
  const start = text.indexOf('always')
  const location = { paragraph: 0, start, end: start + 6 }
  const issues = ['Promise', 'Absolute'].map((type) => ({ type, text: 'always', location }))
  return `${JSON.stringify({ id, split, paragraphs: [text], issues })}\n`
}

import { contentHash } from '../lib/content-hash.ts'
import type { DecidedChange } from './change-step.ts'
import { requestsThatStand } from './count-approvals.ts'
import { newestOf } from './decide-check.ts'
import type { ForgeCheck, ForgeDeployment } from './forge/forge.ts'
import { checksToTell, isOverridden, overridden, startedChecks, titles } from './forge-checks.ts'
import type { ObservedChange } from './observed-change.ts'

/** Something that the forge is to know, and what it is about. */
export type ForgeNews = { about: string; contentHash: string } & (
  | { kind: 'check'; check: ForgeCheck }
  | { kind: 'comment'; text: string }
  | { kind: 'deployment'; deployment: ForgeDeployment }
)

const ofCheck = 'check:'

/** Everything that the forge should know by now and was not told, or was told otherwise. */
export function forgeNews(
  observed: ObservedChange,
  decided: DecidedChange,
  { told, environment }: { told: ReadonlyMap<string, string>; environment: string },
): ForgeNews[] {
  const { change, revision } = observed
  // By what it was told before, the forge might merge what nobody lets in any more.
  const isTold = [...told.keys()].some((about) => about.startsWith(ofCheck))
  const isBegun = decided.stage !== 'not-an-engineer' || isTold
  const isOpen = change.state === 'open' && isBegun
  const checks = isOpen && revision !== null ? checksToTell(observed, decided) : []
  const comment = commentOf(observed, decided)
  const deployment = deploymentOf(observed, decided, environment)
  const all: ForgeNews[] = [
    ...checks.map((check) => ({
      kind: 'check' as const,
      check,
      about: `${ofCheck}${check.name}:${check.commit === revision?.head ? 'head' : 'queued'}`,
      contentHash: contentHash(check),
    })),
    { kind: 'comment', text: comment, about: 'comment', contentHash: contentHash(comment) },
    ...(deployment === null ? [] : [deployment]),
  ]
  return all.filter((news) => told.get(news.about) !== news.contentHash)
}

function commentOf(observed: ObservedChange, decided: DecidedChange): string {
  const { change, revision, checks } = observed
  const rows = startedChecks.map((name) => {
    const newest = newestOf(checks, name)
    if (name === 'gate' && isOverridden(observed))
      return row(titles[name], 'overridden', overridden)
    const outcome = newest === undefined ? 'waits' : (newest.outcome ?? 'runs')
    return row(titles[name], outcome, newest?.summary ?? '')
  })
  const table = ['| check | outcome | |', '| --- | --- | --- |', ...rows]
  const of = revision === null ? '' : `Of ${revision.head} into ${revision.base}.`
  return [
    `**Change ${change.number}: ${decided.stage.replaceAll('-', ' ')}**`,
    decided.told.join(' '),
    ...wishes(observed),
    ...(decided.stage === 'not-an-engineer' ? [] : [table.join('\n')]),
    of,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** Why changes are asked for. */
function wishes(observed: ObservedChange): string[] {
  if (observed.change.state !== 'open') return []
  return requestsThatStand(observed).flatMap(({ reason, reasonTold }) =>
    reasonTold && reason !== null ? [`An approver asks for changes:\n\n${quoted(reason)}`] : [],
  )
}

/** As Markdown of who wrote it, which neither ends the quotation nor hides anything. */
function quoted(text: string): string {
  const lines = text.replaceAll('<', String.raw`\<`).split(/\r\n|[\r\n]/u)
  return lines.map((line) => `> ${line}`).join('\n')
}

function row(title: string, outcome: string, summary: string): string {
  return `| ${title} | ${outcome} | ${cell(summary)} |`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/gu, ' ')
}

function deploymentOf(
  { change, request }: ObservedChange,
  { stage, told }: DecidedChange,
  environment: string,
): ForgeNews | null {
  if (change.mergedAs === null) return null
  const isStopped = stage === 'stopped'
  if (!isStopped && request === null) return null
  const state = isStopped ? ('stopped' as const) : ('requested' as const)
  const description = told.join(' ')
  const deployment = { commit: change.mergedAs, environment, state, description }
  return {
    kind: 'deployment',
    deployment,
    about: 'deployment',
    contentHash: contentHash(deployment),
  }
}

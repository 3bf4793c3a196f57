import { contentHash } from '../lib/content-hash.ts'
import type { StoredChange } from '../schema/stored-change.ts'
import type { ToldNews } from '../store/changes.ts'
import type { DecidedChange } from './change-step.ts'
import { requestsThatStand } from './count-approvals.ts'
import { newestOf } from './decide-check.ts'
import type { ForgeCheck, ForgeDeployment } from './forge/forge.ts'
import { checksToTell, isOverridden, overridden, startedChecks, titles } from './forge-checks.ts'
import type { ObservedChange } from './observed-change.ts'
import { sentences } from './sentences.ts'

/** Something that the forge is to know, and what it is about. */
export type ForgeNews = { about: string; contentHash: string } & (
  | { kind: 'check'; check: ForgeCheck }
  | { kind: 'comment'; text: string }
  | { kind: 'deployment'; deployment: ForgeDeployment }
)

const ofCheck = 'check:'

type Told = ReadonlyMap<string, ToldNews>

/** Milliseconds: why the forge refuses something is mended by hand, and nobody says so. */
const tellAgainAfter = 60 * 60_000

/**
 * Everything that the forge should know by now and was not told, or was told otherwise. What it did not let itself be
 * told is told again once it is something else, or after an hour.
 */
export function forgeNews(
  observed: ObservedChange,
  decided: DecidedChange,
  { told, environment }: { told: Told; environment: string },
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
  return all.filter((news) => !isKnown(news, told.get(news.about), observed.now))
}

function isKnown(news: ForgeNews, told: ToldNews | undefined, now: number): boolean {
  if (told?.contentHash !== news.contentHash) return false
  return told.refusal === null || now - told.at < tellAgainAfter
}

/**
 * What the forge did not let itself be told, each reason once. Of what is over it is told no check any more, nor of a
 * commit that no queue has any more.
 */
export function newsRefused(
  told: Told,
  { state, isQueued }: Pick<StoredChange, 'state' | 'isQueued'>,
): string[] {
  const isOpen = state === 'open'
  const refused = new Map<string, Set<string>>()
  for (const [about, { refusal }] of told) {
    const [, check, commit] = about.startsWith(ofCheck) ? about.split(':') : []
    const isOver = check !== undefined && (!isOpen || (commit === 'queued' && !isQueued))
    if (refusal === null || isOver) continue
    const what = check === undefined ? `the ${about}` : `the check ${check}`
    refused.set(refusal, (refused.get(refusal) ?? new Set()).add(what))
  }
  return [...refused].map(([reason, what]) => sentences.newsRefused([...what], { reason, isOpen }))
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

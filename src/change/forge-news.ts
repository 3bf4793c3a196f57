import { contentHash } from '../lib/content-hash.ts'
import type { ChangeCheck } from '../schema/stored-change.ts'
import type { DecidedChange, StartedCheck } from './change-step.ts'
import { newestOf } from './decide-check.ts'
import type { ForgeCheck, ForgeDeployment } from './forge/forge.ts'
import type { ObservedChange } from './observed-change.ts'
import { listed } from './sentences.ts'

/** Something that the forge is to know, and what it is about. */
export type ForgeNews = { about: string; contentHash: string } & (
  | { kind: 'check'; check: ForgeCheck }
  | { kind: 'comment'; text: string }
  | { kind: 'deployment'; deployment: ForgeDeployment }
)

/** Everything that the forge should know by now and was not told, or was told otherwise. */
export function forgeNews(
  observed: ObservedChange,
  decided: DecidedChange,
  { told, environment }: { told: ReadonlyMap<string, string>; environment: string },
): ForgeNews[] {
  const { change, revision } = observed
  const isOpen = change.state === 'open' && decided.stage !== 'not-an-engineer'
  const checks = isOpen && revision !== null ? checksToTell(observed) : []
  const comment = commentOf(observed, decided)
  const deployment = deploymentOf(observed, decided, environment)
  const all: ForgeNews[] = [
    ...checks.map((check) => ({
      kind: 'check' as const,
      check,
      about: `check:${check.name}:${check.commit === revision?.head ? 'head' : 'queued'}`,
      contentHash: contentHash(check),
    })),
    { kind: 'comment', text: comment, about: 'comment', contentHash: contentHash(comment) },
    ...(deployment === null ? [] : [deployment]),
  ]
  return all.filter((news) => told.get(news.about) !== news.contentHash)
}

const titles = {
  mergeable: 'Can be merged',
  functional: 'Functional tests',
  infrastructure: 'Environment of the gate',
  evaluation: 'Measured on the split evaluation',
  gate: 'Gate',
}

const names: StartedCheck[] = ['functional', 'infrastructure', 'evaluation', 'gate']

/** Of the commit that was pushed, and of the one by which a queue would merge it. */
function checksToTell({ revision, checks, seen }: ObservedChange): ForgeCheck[] {
  if (revision === null) return []
  const { head, tree, conflicts } = revision
  const mergeable = {
    name: 'mergeable' as const,
    state: tree === null ? ('failed' as const) : ('passed' as const),
    title: titles.mergeable,
    summary: tree === null ? `It cannot be merged: ${listed(conflicts)}.` : `Tree ${tree}.`,
  }
  const others = names.map((name) => {
    const newest = newestOf(checks, name)
    return { name, state: stateOf(newest), title: titles[name], summary: newest?.summary ?? '' }
  })
  const commits = seen?.queued === undefined ? [head] : [head, seen.queued]
  return commits.flatMap((commit) => [mergeable, ...others].map((one) => ({ ...one, commit })))
}

function stateOf(check: ChangeCheck | undefined): ForgeCheck['state'] {
  if (check === undefined) return 'queued'
  switch (check.outcome) {
    case null:
      return 'running'
    case 'pass':
      return 'passed'
    case 'skipped':
      return 'skipped'
    case 'fail':
    case 'cannot-tell':
      return 'failed'
  }
}

function commentOf({ change, revision, checks }: ObservedChange, decided: DecidedChange): string {
  const rows = names.map((name) => {
    const newest = newestOf(checks, name)
    const outcome = newest === undefined ? 'waits' : (newest.outcome ?? 'runs')
    return `| ${titles[name]} | ${outcome} | ${cell(newest?.summary ?? '')} |`
  })
  const table = ['| check | outcome | |', '| --- | --- | --- |', ...rows]
  const of = revision === null ? '' : `Of ${revision.head} into ${revision.base}.`
  return [
    `**Change ${change.number}: ${decided.stage.replaceAll('-', ' ')}**`,
    decided.told.join(' '),
    ...(decided.stage === 'not-an-engineer' ? [] : [table.join('\n')]),
    of,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
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

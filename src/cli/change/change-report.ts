import { printable } from '../../lib/printable.ts'
import type { ChangeDiff } from '../../schema/api/changes.ts'
import {
  type ChangeCheckView,
  type ChangeEntry,
  type ChangeStage,
  type ChangeView,
  isUntold,
} from '../../schema/change-views.ts'
import { count } from '../../schema/figure-words.ts'

const words: Record<ChangeStage, string> = {
  'not-an-engineer': 'author is no engineer here',
  conflict: 'in conflict',
  'waits-for-update': 'its branch is to be updated',
  checking: 'is being checked',
  'not-passed': 'not passed',
  'host-fault': 'fault of the host',
  'budget-spent': 'the budget is spent',
  'waits-for-gate': 'waits for the gate',
  'waits-for-approval': 'waits for approval',
  'changes-requested': 'changes requested',
  merging: 'is being merged',
  'merge-refused': 'the forge does not merge it',
  'waits-for-rules': 'its forge needs a rule',
  'waits-for-audit': 'merged, waits for the audit',
  stopped: 'merged, and not deployed',
  deployable: 'merged, may be deployed',
  closed: 'closed',
}

const exits: Record<ChangeStage, 0 | 1 | 3> = {
  deployable: 0,
  'not-an-engineer': 1,
  conflict: 1,
  'not-passed': 1,
  'budget-spent': 1,
  'changes-requested': 1,
  stopped: 1,
  closed: 1,
  'waits-for-update': 3,
  checking: 3,
  'host-fault': 3,
  'waits-for-gate': 3,
  'waits-for-approval': 3,
  merging: 3,
  'merge-refused': 3,
  'waits-for-rules': 3,
  'waits-for-audit': 3,
}

/** No word of a stage is longer. */
export const stageWidth = 28

export function stageInWords(stage: ChangeStage): string {
  return words[stage]
}

/** 0: it may be deployed; 1: not as it is; 3: that is not known yet. */
export function changeExit(stage: ChangeStage): 0 | 1 | 3 {
  return exits[stage]
}

/** Of a list: `12  waits for approval  eve  Ask for less`. */
export function changeLine({ number, stage, author, title }: ChangeEntry): string {
  const known = words[stage as ChangeStage] ?? printable(stage)
  const by = author === null ? 'nobody here' : printable(author.name)
  return `${String(number).padStart(4)}  ${known.padEnd(stageWidth)}  ${by}: ${printable(title)}`
}

/** Where it is, and why. @param url of the server: its page has the rest */
export function changeReport(view: ChangeView, url: string): string {
  const { number, title, branch, author, stage, revision, checks, told, decisions, budget } = view
  const by = author === null ? 'nobody here' : printable(author.name)
  const lines = [
    `Change ${number}: ${printable(title)}`,
    `  ${isUntold(view) ? 'the gate cannot tell' : words[stage]}`,
    `  branch ${printable(branch)}, proposed by ${by}`,
    ...(revision === null ? [] : [`  commit ${revision.head}`]),
    `  page ${url}/changes/${number}`,
    ...(budget === null || isAnswered(checks)
      ? []
      : [`  asks the gate once; ${leftInWords(budget)}`]),
    ...checks.flatMap((check) => [checkLine(check), ...logLines(check)]),
    ...decisions.map(({ person, decision, counts, solo, reason }) => {
      const why = reason === null ? '' : `: ${printable(reason)}`
      const not = counts ? '' : ' (does not count)'
      const alone = solo ? ', its author, alone here' : ''
      return `  ${decision} by ${printable(person.name)}${alone}${not}${why}`
    }),
    ...told.map(printable),
  ]
  return `${lines.join('\n')}\n`
}

/** Of what an author may ask the gate. */
export function leftInWords({ left, of }: NonNullable<ChangeView['budget']>): string {
  return `${left} of ${count(of, 'question')} left`
}

function isAnswered(checks: ChangeView['checks']): boolean {
  return checks.some(({ name, state }) => name === 'gate' && state === 'done')
}

/** What somebody decides about: what it is for, and which files it changes. */
export function proposalReport(
  { description, revision }: Pick<ChangeView, 'description' | 'revision'>,
  { files, leftOut }: ChangeDiff,
): string {
  const policy = revision?.policyFiles ?? []
  const lines = [
    ...description.split(/\r?\n/u).flatMap((line) => (line === '' ? [] : [printable(line)])),
    ...files.map(({ path, status, isPolicy }) => {
      const mark = isPolicy ? '  decides how changes are judged' : ''
      return `  ${status.padEnd(7)}  ${printable(path)}${mark}`
    }),
    ...(leftOut === 0 ? [] : [`  and ${count(leftOut, 'more file')}`]),
    ...(policy.length === 0
      ? []
      : [`Decide how changes are judged: ${policy.map(printable).join(', ')}.`]),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

/** So many of the last lines that tests printed are shown. */
const mostLogged = 40

/** Of functional tests that failed. */
function logLines({ log, outcome }: ChangeCheckView): string[] {
  if (outcome !== 'fail' || log === null || log.trim() === '') return []
  const lines = log.trimEnd().split(/\r?\n/u)
  const shown = lines.slice(-mostLogged).map((line) => `    ${printable(line)}`.trimEnd())
  const left = lines.length - shown.length
  return left === 0 ? shown : [`    (${count(left, 'line')} before)`, ...shown]
}

function checkLine({ name, state, outcome, summary }: ChangeCheckView): string {
  const said = state === 'done' ? (outcome ?? 'done') : state
  return `  ${name.padEnd(14)} ${said.padEnd(11)} ${summary === null ? '' : printable(summary)}`.trimEnd()
}

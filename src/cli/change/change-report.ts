import { printable } from '../../lib/printable.ts'
import type {
  ChangeCheckView,
  ChangeEntry,
  ChangeStage,
  ChangeView,
} from '../../schema/change-views.ts'

const words: Record<ChangeStage, string> = {
  'not-an-engineer': 'its author is no engineer here',
  conflict: 'in conflict',
  checking: 'is being checked',
  'not-passed': 'not passed',
  'host-fault': 'something of the host was at fault',
  'budget-spent': 'the budget is spent',
  'waits-for-gate': 'waits for the gate',
  'waits-for-approval': 'waits for approval',
  'changes-requested': 'changes requested',
  merging: 'is being merged',
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
  checking: 3,
  'host-fault': 3,
  'waits-for-gate': 3,
  'waits-for-approval': 3,
  merging: 3,
  'waits-for-audit': 3,
}

const underWay = new Set<ChangeStage>(['checking', 'waits-for-gate', 'merging', 'waits-for-audit'])

export function stageInWords(stage: ChangeStage): string {
  return words[stage]
}

/** 0: it may be deployed; 1: not as it is; 3: that is not known yet. */
export function changeExit(stage: ChangeStage): 0 | 1 | 3 {
  return exits[stage]
}

/** Whether it goes on without anybody. */
export function isUnderWay(stage: ChangeStage): boolean {
  return underWay.has(stage)
}

/** Of a list: `12  waits for approval  eve  Ask for less`. */
export function changeLine({ number, stage, author, title }: ChangeEntry): string {
  const known = words[stage as ChangeStage] ?? printable(stage)
  const by = author === null ? 'nobody here' : printable(author.name)
  return `${String(number).padStart(4)}  ${known.padEnd(28)}  ${by}: ${printable(title)}`
}

/** Everything that somebody decides by, but for the files. */
export function changeReport(view: ChangeView): string {
  const { number, title, branch, author, stage, revision, checks, told, decisions } = view
  const by = author === null ? 'nobody here' : printable(author.name)
  const lines = [
    `Change ${number}: ${printable(title)}`,
    `  ${words[stage]}`,
    `  branch ${printable(branch)}, proposed by ${by}`,
    ...(revision === null ? [] : [`  commit ${revision.head}`]),
    ...checks.map(checkLine),
    ...decisions.map(({ person, decision, counts, solo, reason }) => {
      const why = reason === null ? '' : `: ${printable(reason)}`
      const old = counts ? '' : ' (of what would have been merged before)'
      const alone = solo ? ', its author, alone here' : ''
      return `  ${decision} by ${printable(person.name)}${alone}${old}${why}`
    }),
    ...told.map(printable),
  ]
  return `${lines.join('\n')}\n`
}

function checkLine({ name, state, outcome, summary }: ChangeCheckView): string {
  const said = state === 'done' ? (outcome ?? 'done') : state
  return `  ${name.padEnd(14)} ${said.padEnd(11)} ${summary === null ? '' : printable(summary)}`.trimEnd()
}

import { printable } from '../../lib/printable.ts'
import type { Merged, ProposalEntry, RotationPlan } from '../../schema/api/dataset-proposals.ts'
import { count } from '../../schema/figure-words.ts'
import { importInWords, table } from './in-words.ts'
import type { ListedProposals } from './proposals-on-server.ts'

/** What the commands of `proofloop dataset` that are about proposals print for people. */

export function proposalsInWords({ items, more }: ListedProposals): string {
  if (items.length === 0) return 'Nothing is proposed now.\n'
  const rows = items.map((proposal) => [
    printable(proposal.name),
    proposal.split,
    proposal.relabels ? 'labelled anew' : 'a new example',
    `${proposal.issues}`,
    verdictsInWords(proposal.verdicts),
    proposal.review,
  ])
  const head = ['document', 'split', 'would be', 'issues', 'verdicts', 'review']
  return `${table([head, ...rows])}${more ? 'There are more; decide on these first.\n' : ''}`
}

function verdictsInWords(verdicts: ProposalEntry['verdicts']): string {
  const told = Object.entries(verdicts).filter(([, number]) => number > 0)
  return told.map(([kind, number]) => `${number} ${kind}`).join(', ') || 'nothing was found'
}

/** What a rotation would do to `test`. */
export function planInWords({ before, retiring, refilled, after }: RotationPlan): string {
  if (before.groups === 0) return 'Nothing would retire: test has no example.\n'
  const rows = Object.entries({
    'holds now': before,
    'would retire into evaluation': retiring,
    'would come in': refilled,
    'would hold then': after,
  }).map(([what, { groups, examples, issues }]) => {
    return [what, `${groups}`, `${examples}`, `${issues}`]
  })
  return table([['test', 'groups', 'examples', 'issues'], ...rows])
}

/** For who has not said yes yet. */
export function nextStepInWords({ items, more }: ListedProposals): string {
  const refill = items.filter(({ split }) => split === 'test').length
  const offer =
    refill === 0
      ? ''
      : `${more ? 'At least ' : ''}${count(refill, 'proposal')} would come into test: --all adds them with the same version.\n`
  return `${offer}Nothing was changed. Engineers see what retires for ever: to do it, give --yes.\n`
}

export function rotationInWords(merged: Merged): string {
  const { retired, test } = merged
  if (retired === 0) return `${importInWords(merged)}Nothing retired: test has no example.\n`
  return `${importInWords(merged)}${count(retired, 'group')} retired from test into evaluation: test ${test.before} → ${test.after} groups, ${test.refilled} refilled.\n`
}

export function declineInWords({
  dataset,
  declined,
}: {
  dataset: string
  declined: string[]
}): string {
  return `Declined ${count(declined.length, 'review')} for ${dataset}: they come again when their verdicts change.\n`
}

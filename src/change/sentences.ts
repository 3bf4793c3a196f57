import { count } from '../schema/figure-words.ts'

/** What everybody who sees a change is told of where it is. Nothing hidden is in them. */
export const sentences = {
  closed: 'It was closed.',
  lookedAt: 'It is being looked at.',
  authorUnknown:
    'Whoever proposed it is nobody here. It waits until an admin invites them with the role engineer, and changes.forge.people in the configuration of the server says who they are.',
  noEngineer:
    'Whoever proposed it does not have the role engineer. It waits until an admin gives it.',
  conflict: (files: readonly string[]): string =>
    `It cannot be merged: ${listed(files)} changed on both sides. Merge the protected branch into it, and push.`,
  untested:
    'The branch lacks commits of the protected branch, so nobody knows whether the runners of the forge have tested what a merge would give now. Update the branch: “Update branch” on GitHub, or merge the protected branch into it and push. Where the server has a command (changes.functional) it goes on before that, and where the forge has a merge queue (changes.forge.mergeQueue) without it.',
  behind:
    'It has passed everything, and its branch lacks commits of the protected branch: the forge merges only what was put together before. Update the branch (“Update branch” on GitHub, or merge the protected branch into it and push); what is known of the same files is not measured again.',
  running: {
    functional: 'The functional tests run.',
    infrastructure: 'The environment of the gate is being examined.',
    evaluation: 'It is being measured on the split evaluation; its author sees every mistake.',
    gate: 'The gate is being asked.',
  },
  gateAnswersAt: (at: number): string => `The gate answers at ${new Date(at).toISOString()}.`,
  gateNotPassed: 'The gate was not passed. Approvers see more; its author can push something else.',
  /** Of a gate that was not passed, to who may see its figures. */
  gateForJudges: {
    fail: 'The gate was not passed, and nobody can override that; its author can push something else.',
    'may-override':
      'The gate cannot tell whether it is as good as what is in production. You can override it, with a reason; or its author pushes something else.',
    approver:
      'The gate cannot tell whether it is as good as what is in production. Somebody with the role approver can override it, with a reason, who neither proposed nor wrote it; or its author pushes something else.',
    custodian:
      'The gate cannot tell whether it is as good as what is in production. A custodian can override it, with a reason, who neither proposed nor wrote it; or its author pushes something else.',
  },
  /** In place of whom it takes. */
  nobodyOverrides: (commits: number, most: number): string =>
    `The gate cannot tell whether it is as good as what is in production. Nobody can override it: it has ${count(commits, 'commit')}, and who wrote them is looked at up to ${most}. Its author squashes them, or pushes something else.`,
  pushAgain: 'Push something else, or have it tried again.',
  budgetSpent: 'Nothing is left of the budget; it can be tried again once there is some.',
  retryBySelf: 'It is tried again by itself.',
  retryByHand: 'It failed several times. Once the cause is gone, have it tried again.',
  noReason: 'It did not say why.',
  receipt:
    'The receipt of its gate does not fit: nothing is merged on it. Have the gate asked again.',
  changesRequested: 'Somebody asks for changes; a push answers them.',
  missing: {
    approver:
      'Somebody with the role approver has to approve it who neither proposed nor wrote it.',
    custodian:
      'It touches files that decide how changes are judged: a custodian has to approve it who neither proposed nor wrote it.',
  },
  missingAlone: 'Nobody else is here: its author approves it, and that is marked.',
  tooManyCommits: (commits: number, most: number): string =>
    `It has ${count(commits, 'commit')}, and who wrote them is looked at up to ${most}. So nobody can approve it: squash them.`,
  merging: 'It is being merged.',
  toBeQueued: 'It is approved: somebody adds it to the merge queue of the forge.',
  queued: 'It is approved, and the merge queue of the forge merges it.',
  queueTests:
    'The merge queue has put it together with the protected branch anew, and waits for the runners of the forge to test that: proofloop/approval passes once they have. Let their workflow run on merge_group.',
  lastTried: (at: number): string => `That was last tried at ${new Date(at).toISOString()}.`,
  rulesAgain: 'Nothing is merged before that; it is looked at again in some minutes.',
  mergeRefused: (reason: string): string =>
    `The forge did not merge it, and is asked again in some minutes. It says: ${reason}`,
  newsRefused: (
    what: readonly string[],
    { reason, isOpen }: { reason: string; isOpen: boolean },
  ): string => {
    const again = isOpen
      ? ', and is told again once that is another one, or after an hour or two'
      : ''
    return `The forge does not take ${what.join(', ')}${again}. It says: ${reason}`
  },
  forgeAway: (since: number): string =>
    `The forge does not answer since ${new Date(since).toISOString()}: nothing goes on until it does, and nothing is lost.`,
  mergeUnseen: 'It is merged; what was merged is being compared with what was tested.',
  audit: 'It is merged. Before it may be deployed, it is looked at once more, on the split audit.',
  auditAnswersAt: (at: number): string =>
    `How that ended is told at ${new Date(at).toISOString()}.`,
  auditFault: 'The look at the split audit failed by a fault of ours.',
  auditTooSmall: 'There is too little on the split audit to tell anything of any version.',
  auditAgain: 'A custodian adds examples to it, and starts the look again from the gate.',
  auditByHand: 'It failed several times. A custodian can start it again from the gate.',
  requesting: 'It is merged and may be deployed; that is being asked for.',
  deployable: 'It is merged, and its version may be deployed.',
  stopped: {
    audit: 'It is merged, and was not passed on the split audit: its version is not deployed.',
    'other-tree':
      'What was merged is not what was tested: its version is not deployed. Propose a change that puts it right.',
    receipt:
      'It is merged, and the receipt of its gate, or what was signed when the gate was overridden, does not fit: its version is not deployed. Propose a change that puts it right.',
    untested:
      'The merge queue of the forge merged it before the runners had tested what it put together: its version is not deployed. Propose a change that puts it right, and have the queue require proofloop/approval.',
    'merged-elsewhere':
      'It was merged without what is asked for here: its version is not deployed. Propose a change that puts it right.',
  },
} as const

const mostListed = 5

/** A few names, and how many more there are. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, mostListed).join(', ')
  const more = names.length - mostListed
  return more > 0 ? `${shown} and ${count(more, 'more file')}` : shown
}

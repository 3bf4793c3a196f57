import { UserFacingError } from '../../lib/errors.ts'
import type { Split } from '../../schema/access.ts'
import type { Merged } from '../../schema/api/dataset-proposals.ts'
import { importInWords } from '../datasets/in-words.ts'
import {
  declineInWords,
  nextStepInWords,
  planInWords,
  proposalsInWords,
  rotationInWords,
} from '../datasets/proposals-in-words.ts'
import { proposalsOnServer, type ServerProposals } from '../datasets/proposals-on-server.ts'
import type { Io } from '../io.ts'

/** Proposals are made of reviews, which a server has. */
export type ProposalOptions = { server: string; json?: boolean }

type Run = { options: ProposalOptions; io: Io }

/** Asks a server one thing and prints the answer. */
async function answer<T>(
  { options: { server, json }, io }: Run,
  ask: (proposals: ServerProposals) => Promise<T>,
  inWords: (answer: T) => string,
): Promise<T> {
  const found = await ask(proposalsOnServer(server, io))
  io.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : inWords(found))
  return found
}

export async function listProposals(
  dataset: string,
  options: ProposalOptions,
  io: Io,
): Promise<number> {
  await answer({ options, io }, (proposals) => proposals.list(dataset), proposalsInWords)
  return 0
}

export type MergeOptions = ProposalOptions & {
  all?: boolean
  split?: Split
  note?: string
  showHidden?: boolean
}

/** @returns 1 when nothing new was in them */
export async function mergeReviews(
  [dataset, reviews]: [dataset: string, reviews: string[]],
  options: MergeOptions,
  io: Io,
): Promise<number> {
  const { all = false, split, note, showHidden = false } = options
  requireChoice(reviews, options)
  const ask = async (proposals: ServerProposals): Promise<Merged> => {
    const chosen = all ? await proposals.all(dataset) : reviews
    return proposals.merge({ dataset, reviews: chosen, rotate: false, split, note, showHidden })
  }
  const { added } = await answer({ options, io }, ask, importInWords)
  return added ? 0 : 1
}

export async function declineReviews(
  [dataset, reviews]: [dataset: string, reviews: string[]],
  options: ProposalOptions,
  io: Io,
): Promise<number> {
  const ask = async (proposals: ServerProposals) => {
    await proposals.decline({ dataset, reviews })
    return { dataset, declined: reviews }
  }
  await answer({ options, io }, ask, declineInWords)
  return 0
}

export type RotateOptions = MergeOptions & { yes?: boolean }

/**
 * Tells how much would retire and what would come in; does it when somebody has said yes.
 * @returns 1 when nothing retired: nobody has said yes, or `test` has no example
 */
export async function rotateDataset(
  [dataset, reviews]: [dataset: string, reviews: string[]],
  options: RotateOptions,
  io: Io,
): Promise<number> {
  const { server, json, all = false, yes = false, note, showHidden = false } = options
  requireOne(reviews, options)
  const proposals = proposalsOnServer(server, io)
  const chosen = all ? await proposals.all(dataset) : reviews
  const plan = await proposals.planRotation({ dataset, reviews: chosen })
  if (yes) {
    io.stderr.write(planInWords(plan))
    const taken = { dataset, reviews: chosen, rotate: true, version: plan.version }
    const ask = () => proposals.merge({ ...taken, note, showHidden })
    const { retired } = await answer({ options, io }, ask, rotationInWords)
    return retired > 0 ? 0 : 1
  }
  io.stdout.write(json ? `${JSON.stringify(plan, null, 2)}\n` : planInWords(plan))
  if (plan.before.groups === 0) return 1
  const listed = chosen.length > 0 ? { items: [], more: false } : await proposals.list(dataset)
  io.stderr.write(nextStepInWords(listed))
  return 1
}

function requireChoice(reviews: string[], options: MergeOptions): void {
  requireOne(reviews, options)
  const { all = false } = options
  if (all || reviews.length > 0) return
  throw new UserFacingError(
    'reviews-missing',
    'Name the reviews to add, as proofloop dataset proposals lists them, or take --all.',
  )
}

function requireOne(reviews: string[], { all = false }: MergeOptions): void {
  if (!all || reviews.length === 0) return
  throw new UserFacingError('options-contradict', 'Name reviews or take --all, not both.')
}

import { printable } from '../../../lib/printable.ts'
import { branchRef, isBranchName } from '../../git/names.ts'
import { openGitPlace } from '../../git/open-git-place.ts'
import { repositoryIn } from '../../open-repository.ts'
import type { Forge, ForgePerson, OpenForge } from '../forge.ts'
import {
  type ChangeFacts,
  type KeptChange,
  readAll,
  requireBase,
  untilAlone,
  updateFacts,
  updateWritten,
  writeChange,
} from './change-facts.ts'
import { referenceOf, refused, requireRefs } from './change-names.ts'
import { listEvents } from './local-events.ts'
import { commitsOf, type LocalForgeHost } from './local-forge-host.ts'
import { mergeLocally } from './merge-locally.ts'
import { close, observe, requireChange, showChange } from './observe-local.ts'

type Options = {
  /** Of a bare repository, or of one with its files. */
  folder: string
  /** The protected branch. */
  branch: string
  /** Ids of the accounts here that have one of these mail addresses. */
  peopleOf: (emails: string[]) => Promise<ForgePerson[]>
  signal?: AbortSignal
  /** Where files of our own are. */
  scratchIn?: string
}

/**
 * Changes of a git repository without anything else: what is known of each is in the repository itself, as
 * commits below refs/proofloop/changes. Any number of processes may open it at once.
 * @throws UserFacingError repository-missing, git-missing, git-too-old
 */
export async function openLocalForge({
  folder,
  branch,
  peopleOf,
  ...more
}: Options): Promise<OpenForge> {
  const place = await openGitPlace(folder, more)
  return {
    forge: createLocalForge({ place, branch, peopleOf, written: new Map(), commits: new Map() }),
    repository: repositoryIn(place),
    guard: null,
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  }
}

function createLocalForge(host: LocalForgeHost): Forge {
  const update = async (
    reference: string,
    message: string,
    change: (facts: ChangeFacts) => Partial<ChangeFacts>,
  ): Promise<void> => {
    const step = ({ facts }: KeptChange) => ({ facts: { ...facts, ...change(facts) }, message })
    if (await updateWritten(host, reference, step)) return
    await updateFacts(host, () => requireChange(host, reference), step)
  }
  return {
    kind: 'local',
    open: (change) => openChange(host, change),
    async get(reference) {
      const seen = await observe(host, reference)
      return seen === null ? null : showChange(host, seen)
    },
    // Other versions of Proofloop that work on the repository know no address of a check.
    setCheck: (reference, { name: of, commit, state, title, summary }) =>
      update(reference, `Check ${of}: ${state}`, ({ checks }) => ({
        checks: [
          ...checks.filter(({ name }) => name !== of),
          { name: of, commit, state, title, summary },
        ].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      })),
    comment: (reference, comment) => update(reference, 'Comment', () => ({ comment })),
    close: (reference) => close(host, reference),
    merge: (reference, request) => mergeLocally(host, reference, request),
    setDeployment: (reference, deployment) =>
      update(reference, `Deployment: ${deployment.state}`, ({ deployments }) => ({
        deployments: [
          ...deployments.filter(({ environment }) => environment !== deployment.environment),
          deployment,
        ].toSorted((a, b) => (a.environment < b.environment ? -1 : 1)),
      })),
    events: (cursor) => listEvents(host, cursor),
  }
}

async function openChange(
  host: LocalForgeHost,
  { branch, title, description, author }: Parameters<Forge['open']>[0],
): Promise<string> {
  if (branch === host.branch) {
    throw refused(`${printable(branch)} is the protected branch. Propose another one.`)
  }
  if (!isBranchName(branch)) throw refused(`No branch of git is called ${printable(branch)}.`)
  return untilAlone(async () => {
    const { facts, at } = await readAll(host.place)
    const own = facts.filter((change) => change.branch === branch)
    for (const { reference, state } of own) {
      const seen = state === 'open' ? await observe(host, reference) : null
      if (seen?.facts.state === 'open') return reference
    }
    const base = requireBase(at, host.branch)
    const head = await requireCommits(host, { branch, head: at.get(branchRef(branch)), base })
    const reference = referenceOf(branch, own.length + 1)
    requireRefs(reference)
    const change: ChangeFacts = {
      format: 'proofloop-change-1',
      reference,
      branch,
      title,
      description,
      author,
      head,
      state: 'open',
      mergedAs: null,
      checks: [],
      deployments: [],
      comment: null,
    }
    const step = { facts: change, message: `Opened: ${printable(title)}` }
    const isFirst = await writeChange(host, { factsCommit: null, keptHead: null }, step)
    return isFirst ? reference : undefined
  })
}

async function requireCommits(
  host: LocalForgeHost,
  { branch, head, base }: { branch: string; head: string | undefined; base: string },
): Promise<string> {
  if (head === undefined) {
    throw refused(`The repository has no branch ${printable(branch)}. Push it first.`)
  }
  if ((await commitsOf(host, base, head)).count > 0) return head
  throw refused(
    `${printable(branch)} has no commit that ${printable(host.branch)} has not. Commit something to it first.`,
  )
}

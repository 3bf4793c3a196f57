import { printable } from '../../../lib/printable.ts'
import { listCommits } from '../../git/list-commits.ts'
import { branchRef, isBranchName } from '../../git/names.ts'
import { openGitPlace } from '../../git/open-git-place.ts'
import { repositoryIn } from '../../open-repository.ts'
import type { Forge, ForgePerson, OpenForge } from '../forge.ts'
import {
  type ChangeFacts,
  readAll,
  requireBase,
  untilAlone,
  updateFacts,
  writeChange,
} from './change-facts.ts'
import { referenceOf, refused, requireRefs } from './change-names.ts'
import { listEvents } from './local-events.ts'
import { mergeLocally } from './merge-locally.ts'
import { type LocalForgeHost, observe, requireChange, showChange } from './observe-local.ts'

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
    forge: createLocalForge({ place, branch, peopleOf }),
    repository: repositoryIn(place),
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  }
}

function createLocalForge(host: LocalForgeHost): Forge {
  const update = async (
    reference: string,
    message: string,
    change: (facts: ChangeFacts) => Partial<ChangeFacts>,
  ): Promise<void> => {
    await updateFacts(
      host.place,
      () => requireChange(host, reference),
      ({ facts }) => ({ facts: { ...facts, ...change(facts) }, message }),
    )
  }
  return {
    kind: 'local',
    open: (change) => openChange(host, change),
    async get(reference) {
      const seen = await observe(host, reference)
      return seen === null ? null : showChange(host, seen)
    },
    setCheck: (reference, check) =>
      update(reference, `Check ${check.name}: ${check.state}`, ({ checks }) => ({
        checks: [...checks.filter(({ name }) => name !== check.name), check].toSorted((a, b) =>
          a.name < b.name ? -1 : 1,
        ),
      })),
    comment: (reference, comment) => update(reference, 'Comment', () => ({ comment })),
    close: (reference) =>
      update(reference, 'Closed', ({ state }) => ({ state: state === 'open' ? 'closed' : state })),
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
    const isFirst = await writeChange(host.place, { factsCommit: null, keptHead: null }, step)
    return isFirst ? reference : undefined
  })
}

async function requireCommits(
  { place, branch: protectedBranch }: LocalForgeHost,
  { branch, head, base }: { branch: string; head: string | undefined; base: string },
): Promise<string> {
  if (head === undefined) {
    throw refused(`The repository has no branch ${printable(branch)}. Push it first.`)
  }
  const { count } = await listCommits(place, { base, head, most: 1 })
  if (count > 0) return head
  throw refused(
    `${printable(branch)} has no commit that ${printable(protectedBranch)} has not. Commit something to it first.`,
  )
}

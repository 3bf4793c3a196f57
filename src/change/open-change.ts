import { UserFacingError } from '../lib/errors.ts'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import type { StoredChange } from '../schema/stored-change.ts'
import type { StoredPerson } from '../store/people.ts'
import type { Store } from '../store/store.ts'
import type { ChangeHost } from './change-host.ts'
import { commitDraft } from './commit-draft.ts'
import type { ForgePerson } from './forge/forge.ts'

type Host = ChangeHost & { store: ChangeHost['store'] & Pick<Store, 'drafts'> }

export type Proposal = {
  branch?: string
  /** Instead of a branch: the version of a draft. */
  draft?: string
  /** Also where the protected branch does not have the agent of the draft. */
  anew?: boolean
  title: string
  description: string
}

/**
 * Proposes a branch; one that is proposed already is the change that it is.
 * @throws UserFacingError change-source, person-not-on-forge, branch-not-found, branch-protected, those of
 * `commitDraft`, and those of the forge
 */
export async function openChange(
  host: Host,
  author: string,
  { branch: named, draft, anew = false, title, description }: Proposal,
): Promise<StoredChange> {
  const { store, changes } = host
  const person = await store.people.get(author)
  if ((named === undefined) === (draft === undefined) || person === null) {
    throw new UserFacingError(
      'change-source',
      'Name a branch, or a draft of yours; one of them, and not both.',
    )
  }
  const onForge = forgePerson(host, person)
  const branch =
    draft === undefined
      ? await findBranch(host, named ?? '')
      : await commitDraft(host, person, { version: draft, anew })
  const { forge } = changes
  const reference = await forge.open({ branch, title, description, author: onForge })
  const known = { forge: forge.kind, reference, branch, title, description, author }
  return store.changes.add({ id: timeOrderedId(), ...known })
}

async function findBranch({ changes }: ChangeHost, branch: string): Promise<string> {
  const { repository, settings } = changes
  if (branch === settings.branch) {
    throw new UserFacingError(
      'branch-protected',
      `${branch} is where changes are merged: propose another branch.`,
    )
  }
  if ((await repository.commitOf(branch)) !== null) return branch
  throw new UserFacingError(
    'branch-not-found',
    `The repository has no branch ${branch}. Push it, and check its name.`,
  )
}

/** Of GitHub the login that the configuration knows the account by. */
function forgePerson(
  { changes: { settings } }: ChangeHost,
  { id, email }: Pick<StoredPerson, 'id' | 'email'>,
): ForgePerson {
  if (settings.forge.kind === 'local') return id
  const known = Object.entries(settings.forge.people)
  const login = known.find(
    ([, here]) => here === id || here.toLowerCase() === email.toLowerCase(),
  )?.[0]
  if (login !== undefined) return login
  throw new UserFacingError(
    'person-not-on-forge',
    'Nobody on the forge is known to be you: changes.forge.people in the configuration of the server says who is who.',
  )
}

import type { Actor } from '../access/actor.ts'
import { record } from '../access/audit.ts'
import { hiddenNames } from '../access/hidden-names.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { Split } from '../schema/access.ts'
import type { StoredDocument } from '../schema/stored-document.ts'
import type { Store } from '../store/store.ts'
import { chosenWhileReading } from './document-split.ts'

/**
 * Who writes prompts must not choose what measures them, and has seen what they bring.
 * @throws UserFacingError split-not-yours
 */
export function requireMayChoose(
  { roles, permissions }: Pick<Actor, 'roles'> & Partial<Pick<Actor, 'permissions'>>,
  split: Split,
): void {
  if (permissions?.has('datasets:write') !== true) {
    throw new UserFacingError(
      'split-not-yours',
      'Only custodians say which split a document comes into. Leave the split out: then it is drawn.',
    )
  }
  if (!roles.includes('engineer') || split === 'evaluation') return
  throw new UserFacingError(
    'split-not-yours',
    'What an engineer brings is in evaluation for ever, also where they are custodian, too. Leave the split out, or have somebody send it who is no engineer.',
  )
}

type Choice = {
  split: Split
  sha256: string
  /** With the same bytes, where there is one. */
  known: StoredDocument | null
}

/**
 * Before a document is kept for which a custodian has chosen a split.
 * @throws UserFacingError document-split-taken
 */
export async function recordChoice(
  store: Pick<Store, 'audit' | 'secrets'>,
  { actor, splitKey }: { actor: Pick<Actor, 'id' | 'key'>; splitKey: string },
  { split, sha256, known }: Choice,
): Promise<void> {
  if (known !== null) requireChosen(known, split, splitKey)
  const subject = split === 'evaluation' ? sha256 : (await hiddenNames(store))(sha256)
  await record(store, actor, { action: 'split-chosen', subject, details: { split } })
}

function requireChosen(known: StoredDocument, split: Split, splitKey: string): void {
  if (known.state === 'forgotten') return
  if (known.state === 'ready') {
    if (known.split !== split) throw isElsewhere(split)
  } else if (chosenWhileReading(splitKey, known) !== split) {
    throw new UserFacingError(
      'document-split-taken',
      'This document is here already and was not read yet, so that no split can be chosen for it any more. Delete it and send it again.',
    )
  }
}

/** A group has one split: the one that was there first stays. */
export function isElsewhere(split: Split): UserFacingError {
  return new UserFacingError(
    'document-split-taken',
    `This document cannot come into ${split}: it, its text or a near copy of it is here already and belongs to another split, where it stays. Leave it out, or delete it and send it again without a split.`,
  )
}

import { type DocumentScope, Split } from '../schema/access.ts'
import type { StoredDocument } from '../schema/stored-document.ts'
import type { Actor } from './actor.ts'

type Who = Pick<Actor, 'id' | 'roles'>
type Subject = Pick<StoredDocument, 'split' | 'uploader' | 'assignee'>

/**
 * Custodians see every document, engineers those of the evaluation split, reviewers those assigned to
 * them. What an engineer uploads is of the evaluation split for ever.
 */
export function maySee(actor: Who, { split, assignee }: Subject): boolean {
  if (actor.roles.includes('custodian')) return true
  if (actor.roles.includes('engineer') && split === 'evaluation') return true
  return actor.roles.includes('reviewer') && assignee === actor.id
}

/** The same for lists: documents of any of these. */
export function scopesOf(actor: Who): DocumentScope[] {
  const all = Split.options
  if (actor.roles.includes('custodian')) return [{ splits: all }]
  return [
    ...(actor.roles.includes('engineer') ? [{ splits: ['evaluation' as const] }] : []),
    ...(actor.roles.includes('reviewer') ? [{ splits: all, assignee: actor.id }] : []),
  ]
}

/**
 * The one document that a file is to a reader, of those that have its bytes; null when they may see none.
 * What has its hash as id comes first, then their own, then what was brought first.
 */
export function documentFor(actor: Who, sharing: StoredDocument[]): StoredDocument | null {
  const rank = ({ id, sha256, state, uploader }: StoredDocument): number =>
    Number(state === 'forgotten') * 4 + Number(id !== sha256) * 2 + Number(uploader !== actor.id)
  const visible = sharing.filter((document) => maySee(actor, document))
  return visible.toSorted((a, b) => rank(a) - rank(b) || a.uploadedAt - b.uploadedAt)[0] ?? null
}

/** The split says what is hidden; only who may see everything may know it. */
export function maySeeSplit(actor: Who): boolean {
  return actor.roles.includes('custodian')
}

/** What somebody sees because they are to review it, of whatever split. */
export function isGiven({ id, roles }: Who, { assignee }: Pick<Subject, 'assignee'>): boolean {
  return !roles.includes('custodian') && roles.includes('reviewer') && assignee === id
}

/** Custodians any, others what they brought themselves. */
export function mayForget(actor: Who, { uploader }: Pick<Subject, 'uploader'>): boolean {
  return actor.roles.includes('custodian') || uploader === actor.id
}

import { commandLine } from '../../../src/schema/command-line.ts'
import type { AuditAction, AuditEntry, AuditFault } from '../../../src/schema/audit.ts'

const words: Record<AuditAction, string> = {
  'signed-in': 'Signed in',
  'sign-in-failed': 'Failed to sign in',
  'session-ended': 'Ended a session',
  'password-changed': 'Changed a password',
  'password-link-made': 'Made a password link',
  'person-invited': 'Invited a person',
  'person-removed': 'Closed an account',
  'person-renamed': 'Took another name',
  'solo-mode-ended': 'Ended solo mode',
  'roles-changed': 'Changed roles',
  'roles-granted-to-self': 'Gave roles to themselves',
  'key-made': 'Made a key',
  'key-revoked': 'Ended a key',
  'secret-keys-rotated': 'Rotated the keys of secrets',
  'secrets-given-up': 'Gave up secrets whose key was lost',
  'settings-changed': 'Changed settings',
  'budget-changed': 'Changed the budget',
  'document-forgotten': 'Had a document forgotten',
  'document-assigned': 'Gave a document to a reviewer',
  'dataset-changed': 'Changed a dataset',
  'dataset-not-changed': 'Did not change a dataset after all',
  'split-chosen': 'Chose the split of a document',
  'reference-marked': 'Marked what others are compared with',
  exported: 'Exported a review, a dataset, a backup or this log',
  'environment-checked': 'Checked an environment',
  'gate-asked': 'Asked the gate',
  'gate-viewed': 'Saw figures of a gate',
  'gate-audited': 'Had a change audited',
  'change-decided': 'Decided about a change',
  'change-merged': 'Let a change be merged',
  'change-stopped': 'Kept what was merged from being deployed',
  'deployment-requested': 'Offered a version to be deployed',
  'document-read': 'Read what they were given to review',
  'hidden-read': 'Read what is hidden from engineers',
  'gate-viewed-again': 'Saw figures of a gate again',
  'document-read-again': 'Read again what they were given to review',
  'hidden-read-again': 'Read again what is hidden from engineers',
}

/** For a choice, by their words. */
export const actions = Object.entries(words)
  .map(([value, label]) => ({ value, label }))
  .toSorted((a, b) => a.label.localeCompare(b.label, 'en'))

const wordsOf = new Map<string, string>(Object.entries(words))

/** Of an action that a newer Proofloop wrote, its code. */
export function actionInWords(action: string): string {
  return wordsOf.get(action) ?? action
}

export const faultInWords: Record<AuditFault['kind'], string> = {
  changed: 'its content is not what was written',
  missing: 'it, or one before it, is gone',
  misplaced: 'it does not follow the one before it',
  rewritten: 'it is not the entry whose head you kept',
}

/** Ids of the actors who are nobody with an account. */
export const strangers = [
  { id: 'nobody', name: 'Nobody signed in' },
  commandLine,
  { id: 'server', name: 'The server' },
  { id: 'gate', name: 'The gate' },
]

/** What the command line did without an account; older versions called it `nobody` there. */
const doneHere = ['dataset-changed', 'exported', 'hidden-read']

/** @param names of people and strangers by their ids */
export function actorInWords(
  { actor, action }: Pick<AuditEntry, 'actor' | 'action'>,
  names: ReadonlyMap<string, string>,
): string | undefined {
  // Over HTTP none of them is done by who is not signed in.
  return actor === 'nobody' && doneHere.includes(action) ? commandLine.name : names.get(actor)
}

/** Long ids in a line of a table: both ends tell one from another, also where they begin with the time. */
export function shortId(id: string): string {
  return id.length <= 24 ? id : `${id.slice(0, 8)}…${id.slice(-6)}`
}

/** Details in words; what is no JSON was not written by Proofloop and stays as it is. */
export function detailsInWords({ details }: Pick<AuditEntry, 'details'>): string {
  try {
    const parsed: unknown = JSON.parse(details)
    if (typeof parsed !== 'object' || parsed === null) return details
    return lines(new Map(Object.entries(parsed))).join('; ')
  } catch (error) {
    if (error instanceof SyntaxError) return details
    throw error
  }
}

/** `x.before` and `x.after` are one line, as they are one change. */
function lines(values: Map<string, unknown>): string[] {
  return Array.from(values).flatMap(([name, value]) => {
    const changed = name.replace(/\.(?:before|after)$/u, '')
    const [before, after] = [`${changed}.before`, `${changed}.after`]
    const isPair = values.has(before) && values.has(after)
    if (!isPair) return [`${name}: ${valueInWords(value)}`]
    if (name === before) return []
    return [`${changed}: ${valueInWords(values.get(before))} → ${valueInWords(value)}`]
  })
}

function valueInWords(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueInWords).join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

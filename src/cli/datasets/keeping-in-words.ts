import { shortHash } from '../../lib/content-hash.ts'
import { printable } from '../../lib/printable.ts'
import type { ReferenceMeasure, ReferenceMeasures } from '../../schema/api/dataset-references.ts'
import type { Rate } from '../../schema/api/evaluations.ts'
import type { References } from '../../schema/api/flows.ts'
import { amount, count, decimal } from '../../schema/figure-words.ts'
import { ReferenceRole } from '../../schema/reference-version.ts'
import { wallsInWords } from '../../schema/walls-words.ts'
import { day, table } from './in-words.ts'
import type { Opened, Owner } from './keeping-on-server.ts'

/** What the commands of `proofloop dataset` that are about keeping one print for people. */

export function ownerInWords({ dataset, owner }: Owner): string {
  if (owner === null) {
    return `${dataset} has no owner yet: the command line added it before anybody had an account. A custodian takes it over with --hand-on ADDRESS.\n`
  }
  return `${dataset} is owned by ${printable(owner.name)}.\n`
}

export function markedInWords(marked: References): string {
  const lines = ReferenceRole.options.map((role) => {
    const version = marked[role]
    if (version === null) return `${role}: none is marked\n`
    const { markedAt, markedBy } = version
    return `${role}: ${shortHash(version.version)}, marked ${day(markedAt)} by ${printable(markedBy.name)}\n`
  })
  return lines.join('')
}

export function referencesInWords({ dataset, test, items }: ReferenceMeasures): string {
  if (test === null) return `${dataset} has no example in test, or there is no such dataset.\n`
  if (items.length === 0) return 'No version is marked: see proofloop dataset mark.\n'
  const rows = items.map((item) => [
    item.role,
    shortHash(item.version),
    day(item.markedAt),
    measuredInWords(item),
    item.evaluation?.state === 'done' ? wallsInWords(item.evaluation.walls) : '–',
    ...ratesOf(item),
  ])
  const head = [
    'role',
    'version',
    'marked',
    'on test',
    'kept apart by',
    'precision',
    'recall',
    'F0.5',
  ]
  return table([head, ...rows])
}

function measuredInWords({ evaluation }: ReferenceMeasure): string {
  if (evaluation === null) return 'not measured'
  const { state, runs, pooled, documents, repeats } = evaluation
  if (state !== 'done' || pooled === null) {
    return runs === null ? state : `${state}, ${runs.done} of ${runs.all} runs`
  }
  const all = pooled.tp + pooled.fn
  const issues = `${amount(all)} ${all === 1 ? 'issue' : 'issues'}`
  return `${issues} in ${count(documents ?? 0, 'example')}, ${count(repeats, 'run')} each`
}

function ratesOf({ evaluation }: ReferenceMeasure): string[] {
  const pooled = evaluation?.pooled ?? null
  if (pooled === null) return ['–', '–', '–']
  return [pooled.precision, pooled.recall, pooled.f05].map(withInterval)
}

function withInterval({ value, lower, upper }: Rate): string {
  return value === null ? '–' : `${decimal(value)} [${decimal(lower)}, ${decimal(upper)}]`
}

export function openedInWords({ items, most, share }: Opened): string {
  const rule = `A person may open ${most} different texts a day (UTC), and ${Math.round(share * 100)} % of a split or ten.\n`
  if (items.length === 0) return `Nobody without the right to export has opened one.\n${rule}`
  const rows = items.map(({ person, day: on, counted, parts }) => [
    on,
    printable(person.name),
    `${counted} of ${most}`,
    parts.map((part) => `${printable(part.name)} ${part.counted}`).join(', '),
  ])
  return `${table([['day', 'person', 'counted', 'of these'], ...rows])}${rule}`
}

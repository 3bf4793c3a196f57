import { shortHash } from '../../lib/content-hash.ts'
import { printable } from '../../lib/printable.ts'
import type { DatasetDiff, DatasetVersionEntry } from '../../schema/api/datasets.ts'

/** What `proofloop dataset` prints for people. */

export function listInWords(datasets: DatasetVersionEntry[]): string {
  if (datasets.length === 0) {
    return 'There is no dataset that you may see. Add one with proofloop dataset import.\n'
  }
  const rows = datasets.map(({ dataset, hash, createdAt, splits }) => [
    dataset,
    shortHash(hash),
    day(createdAt),
    splits.map(({ split, examples }) => `${split} ${examples}`).join(', '),
  ])
  return table([['dataset', 'version', 'made', 'examples'], ...rows])
}

type Shown = DatasetVersionEntry & {
  versions: Pick<DatasetVersionEntry, 'hash' | 'createdAt' | 'createdBy'>[]
}

export function versionInWords(version: Shown): string {
  const { dataset, hash, createdAt, createdBy, provenance, versions } = version
  const from = provenance === null ? '' : `, from ${printable(provenance.source)}`
  const note = provenance?.note ? `${printable(provenance.note)}\n` : ''
  const others = versions.filter((other) => other.hash !== hash)
  const older = others.map((other) => `${shortHash(other.hash)} of ${day(other.createdAt)}`)
  return [
    `${dataset} ${shortHash(hash)}, made ${day(createdAt)} by ${printable(createdBy.name)}${from}\n`,
    note,
    `\n${splitsInWords(version)}`,
    older.length > 0 ? `\nOther versions: ${older.join(', ')}\n` : '',
  ].join('')
}

function splitsInWords({ splits }: Pick<Shown, 'splits'>): string {
  const rows = splits.map((size) => [
    size.split,
    `${size.examples}`,
    `${size.issues}`,
    size.types.map(({ type, issues }) => `${printable(type)} ${issues}`).join(', '),
  ])
  return table([['split', 'examples', 'issues', 'types'], ...rows])
}

export function importInWords(version: DatasetVersionEntry & { added: boolean }): string {
  const { dataset, hash, added, provenance } = version
  if (!added)
    return `${dataset} ${shortHash(hash)} has this content already. No version was added.\n`
  const { kept, drawn, chosen } = provenance?.groups ?? { kept: 0, drawn: 0, chosen: 0 }
  const groups = `Groups: ${drawn} drawn by the key, ${kept} kept, ${chosen} chosen.\n`
  return `Added ${dataset} ${shortHash(hash)}.\n\n${splitsInWords(version)}\n${groups}`
}

const kinds = ['added', 'removed', 'moved', 'regrouped', 'replaced', 'relabelled'] as const

export function diffInWords(diff: DatasetDiff): string {
  const { dataset, from, to, counts } = diff
  const head = `${dataset} ${shortHash(from)} → ${shortHash(to)}`
  const some = kinds.filter((kind) => counts[kind] > 0)
  if (some.length === 0) return `${head}: no difference.\n`
  const summary = some.map((kind) => `${counts[kind]} ${kind}`).join(', ')
  return `${head}: ${summary}\n\n${some.map((kind) => linesOf(diff, kind)).join('')}`
}

function linesOf(diff: DatasetDiff, kind: (typeof kinds)[number]): string {
  const lines = diff[kind].map((one) => `  ${kind} ${lineOf(one)}\n`)
  const left = diff.counts[kind] - lines.length
  return `${lines.join('')}${left > 0 ? `  … and ${left} more ${kind}\n` : ''}`
}

type Changed = DatasetDiff[(typeof kinds)[number]][number]

function lineOf(one: Changed): string {
  if (typeof one === 'string') return printable(one)
  const id = printable(one.id)
  if ('from' in one) return `${id} (${one.from} → ${one.to})`
  if ('split' in one) return `${id} (${one.split})`
  return `${id} (issues: +${one.added.length} −${one.removed.length} ~${one.changed.length})`
}

/** UTC, as everywhere on the command line. */
function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

function table(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

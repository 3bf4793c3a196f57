import { shortHash } from '../../lib/content-hash.ts'
import { printable } from '../../lib/printable.ts'
import type { Added, DatasetVersionEntry } from '../../schema/api/dataset-version.ts'
import type { DatasetCheck, DatasetDiff } from '../../schema/api/datasets.ts'
import { count } from '../../schema/figure-words.ts'

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

export function importInWords(version: Added): string {
  const { dataset, hash, added, leftOut, copies, provenance } = version
  if (!added)
    return `${dataset} ${shortHash(hash)} has this content already. No version was added.\n`
  const { kept, drawn, chosen } = provenance?.groups ?? { kept: 0, drawn: 0, chosen: 0 }
  const groups = `Groups: ${drawn} drawn by the key, ${kept} kept, ${chosen} chosen.\n`
  const out = leftOut.map((id) => `Left out, as engineers have a copy of it: ${printable(id)}\n`)
  return `Added ${dataset} ${shortHash(hash)}.\n\n${splitsInWords(version)}\n${groups}${out.join('')}${newCopiesInWords(copies)}`
}

const mostCopies = 10

function newCopiesInWords({ sets, found }: Added['copies']): string {
  if (sets === 0) return ''
  const shown = found.slice(0, mostCopies)
  const lines = shown.map(({ examples }) => {
    const ids = examples.map(({ id }) => printable(id)).join(', ')
    return `  ${ids} (${examples[0]?.split})\n`
  })
  const more = sets > shown.length ? `  … and ${sets - shown.length} more\n` : ''
  return `${count(sets, 'set')} of copies or near copies with something new in it, each in one split, where they count twice:\n${lines.join('')}${more}`
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

export function checkInWords(check: DatasetCheck): string {
  const { dataset, hash, intact, forgotten, counts, straddling, repeated, leaks } = check
  const lines = [
    `${dataset} ${shortHash(hash)}: ${intact ? 'its content is what its hash says' : 'ITS CONTENT IS NOT WHAT ITS HASH SAYS'}`,
    ...(forgotten > 0
      ? [`${forgotten} examples without text: their documents were forgotten`]
      : []),
    ...found('copies in more than one split', counts.straddling, straddling.map(copiesInWords)),
    ...found('copies within a split', counts.repeated, repeated.map(copiesInWords)),
    ...found('texts that stand in prompts or rules', counts.leaks, leaks.map(leakInWords)),
  ]
  return `${lines.join('\n')}\n`
}

function found(what: string, count: number, lines: string[]): string[] {
  const left = count - lines.length
  return [`${count} ${what}`, ...lines, ...(left > 0 ? [`  … and ${left} more`] : [])]
}

function copiesInWords({ examples }: DatasetCheck['straddling'][number]): string {
  return `  ${examples.map(({ id, split }) => `${printable(id)} (${split})`).join(' = ')}`
}

function leakInWords({ id, split, text, source }: DatasetCheck['leaks'][number]): string {
  const said = printable(text).slice(0, 60).toWellFormed()
  return `  ${printable(id)} (${split}): “${said}” in ${source.name}:${source.line}`
}

/** UTC, as everywhere on the command line. */
function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

export function table(rows: string[][]): string {
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

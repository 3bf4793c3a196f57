import path from 'node:path'
import { bundledFlow } from '../../flow/find-flow.ts'
import { shortHash } from '../../lib/content-hash.ts'
import { printable } from '../../lib/printable.ts'
import type { Added, DatasetVersionEntry } from '../../schema/api/dataset-version.ts'
import type { DatasetCheck, DatasetDiff } from '../../schema/api/datasets.ts'
import { count } from '../../schema/figure-words.ts'
import { versionChangesInWords } from '../../schema/version-changes-words.ts'

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
  if (splits.length === 0) return 'It has no examples there that you may see.\n'
  const rows = splits.map((size) => [
    size.split,
    `${size.examples}`,
    `${size.issues}`,
    size.types.map(({ type, issues }) => `${printable(type)} ${issues}`).join(', '),
  ])
  return table([['split', 'examples', 'issues', 'types'], ...rows])
}

export function importInWords(version: Added): string {
  const { dataset, hash, added, changes, shown, leftOut, copies, leaks, provenance } = version
  if (!added)
    return `${dataset} ${shortHash(hash)} has this content already. No version was added.\n`
  const { kept, drawn, chosen } = provenance?.groups ?? { kept: 0, drawn: 0, chosen: 0 }
  const groups = `Groups: ${drawn} drawn by the key, ${kept} kept, ${chosen} chosen.\n`
  const changed = changes === null ? '' : versionChangesInWords(changes)
  const since = changed === '' ? '' : `Since the version before: ${changed}.\n`
  const out = leftOut.map((id) => `Left out, as engineers have a copy of it: ${printable(id)}\n`)
  return `Added ${dataset} ${shortHash(hash)}.\n\n${splitsInWords(version)}\n${groups}${since}${shownInWords(shown)}${out.join('')}${newCopiesInWords(copies)}${newLeaksInWords(dataset, leaks)}`
}

function shownInWords(shown: Added['shown']): string {
  const lines = shown.map(({ id, dataset, split }) => {
    const where = dataset === null ? 'among documents' : `in ${dataset}`
    return `Shown to engineers, hidden until now ${where} (${split}): ${printable(id)}\n`
  })
  return lines.join('')
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

const mostLeaks = 3

/** With the command that looks at the whole version again. */
function newLeaksInWords(dataset: string, leaks: Added['leaks']): string {
  if (leaks === null || leaks.examples === 0) return ''
  const { examples, found } = leaks
  const shown = found.slice(0, mostLeaks)
  const more = found.length > shown.length ? ['  … and more'] : []
  const lines = [
    `${count(examples, 'hidden example')} that came with it ${examples === 1 ? 'stands' : 'stand'} in prompts, rules or other files of the flow (${searchedInWords(leaks)}), so that what is measured on them says little. Take the text out of there; proofloop dataset check ${dataset} looks again:`,
    ...shown.map(leakInWords),
    ...more,
  ]
  return `${lines.join('\n')}\n`
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

/** Of what was looked at; copies within a split are no fault. */
export function isClean({ intact, counts }: Pick<DatasetCheck, 'intact' | 'counts'>): boolean {
  const { straddling, leaks, elsewhere } = counts
  return intact && (straddling ?? 0) === 0 && leaks === 0 && (elsewhere ?? 0) === 0
}

export function checkInWords(check: DatasetCheck): string {
  const { dataset, hash, intact, forgotten, short, counts } = check
  const { straddling, repeated, leaks, elsewhere } = check
  const lines = [
    `${dataset} ${shortHash(hash)}: ${intact ? 'its content is what its hash says' : 'ITS CONTENT IS NOT WHAT ITS HASH SAYS'}`,
    ...(forgotten > 0
      ? [`${count(forgotten, 'example')} without text, as a document was forgotten`]
      : []),
    ...(short > 0
      ? [
          `${count(short, 'example')} with fewer than 20 words: of these only copies with the same words are told`,
        ]
      : []),
    ...(counts.straddling === null
      ? []
      : found(
          `${count(counts.straddling, 'set')} of copies, or of parts of one document, in more than one split`,
          counts.straddling,
          straddling.map(copiesInWords),
        )),
    ...found(
      `${count(counts.repeated, 'set')} of copies within ${counts.straddling === null ? 'the evaluation split' : 'a split'}`,
      counts.repeated,
      repeated.map(copiesInWords),
    ),
    ...found(
      `${count(counts.leaks, 'text')} found in prompts, rules or other files of the flow (${searchedInWords(check)})`,
      counts.leaks,
      leaks.map(leakInWords),
    ),
    ...(counts.elsewhere === null
      ? [notLookedFor]
      : found(
          `${count(counts.elsewhere, 'hidden example')} that engineers can read elsewhere`,
          counts.elsewhere,
          elsewhere.map(elsewhereInWords),
        )),
  ]
  return `${lines.join('\n')}\n`
}

const notLookedFor =
  'Looked at: the evaluation split, which is what you see. Copies in other splits, and what of them engineers can read elsewhere, were not looked for: that is for a custodian’s check.'

function found(what: string, all: number, lines: string[]): string[] {
  const left = all - lines.length
  return [what, ...lines, ...(left > 0 ? [`  … and ${left} more`] : [])]
}

/** The folder shows whether it was the right one. */
function searchedInWords({
  searched,
  flow,
  left,
}: Pick<DatasetCheck, 'searched' | 'flow' | 'left'>): string {
  const unread = left === 0 ? '' : `; ${left} more too large or too many`
  return `${count(searched, 'file')} searched of ${flowInWords(flow)}${unread}`
}

function flowInWords(flow: string): string {
  if (flow === bundledFlow) return 'the bundled example, as no flow was named'
  return path.isAbsolute(flow) ? printable(flow) : `the server’s flow ${printable(flow)}`
}

function elsewhereInWords({ id, split, dataset }: DatasetCheck['elsewhere'][number]): string {
  const where = dataset === null ? 'among documents, or shown by a dataset once' : `in ${dataset}`
  return `  ${printable(id)} (${split}): ${where}`
}

function copiesInWords({ examples }: DatasetCheck['straddling'][number]): string {
  return `  ${examples.map(({ id, split }) => `${printable(id)} (${split})`).join(' = ')}`
}

function leakInWords({ id, split, text, source }: DatasetCheck['leaks'][number]): string {
  const said = printable(text).slice(0, 60).toWellFormed()
  return `  ${printable(id)} (${split}): “${said}” in ${source.name}:${source.line}`
}

/** UTC, as everywhere on the command line. */
export function day(time: number): string {
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

import { printable } from '../lib/printable.ts'
import { isTooFewToJudge } from './evaluation-notes.ts'
import type { EvaluationSummary, Measures, MetricInterval } from './evaluation-summary.ts'
import type { EnvironmentName } from '../schema/environment.ts'
import { MistakeKind } from '../schema/evaluation-details.ts'
import { amount, count, decimal } from '../schema/figure-words.ts'
import type { Mistake } from './mistakes.ts'

const nameWidth = 32
const examplesPerKind = 10

type FormatOptions = {
  /** Columns of the terminal. */
  width?: number
  /** Of a server, in which it ran; null: in none. */
  environment?: EnvironmentName | null
}

/** The tables of an evaluation as plain text. */
export function formatEvaluation(
  summary: EvaluationSummary,
  notes: readonly string[],
  { width = Infinity, environment = null }: FormatOptions = {},
): string {
  const { documents, repeats, errorRate, duplicates, unresolved, fixes, macro } = summary
  const facts = [
    `duplicates ${amount(duplicates)}`,
    `quotes not in the document ${amount(unresolved)}`,
    `failed ${(100 * errorRate).toFixed(1)} %`,
    ...(fixes.judged > 0
      ? [`fixes that agree ${amount(fixes.agreed)} of ${amount(fixes.judged)}`]
      : []),
  ]
  return [
    `${count(documents, 'document')}, ${count(repeats, 'run')}${environment === null ? '' : ` in the environment ${environment}`}; counts are for one run, brackets are 95 % intervals`,
    '',
    tableWithin([header, ...agentRows(summary)], width),
    '',
    `Macro (mean of ${count(macro.agents, 'agent')}): precision ${decimal(macro.precision)}, recall ${decimal(macro.recall)}, F0.5 ${decimal(macro.f05)}`,
    `${facts.join(' · ')}`,
    ...confusionLines(summary),
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => `Note: ${note}`)]),
    '',
  ].join('\n')
}

const header = ['Agent', 'TP', 'FP', 'FN', 'Precision', 'Recall', 'F0.5', 'Documents']

function agentRows({ agents, pooled, strict, detection }: EvaluationSummary): string[][] {
  return [
    ...Object.entries(agents).map(([type, measures]) => row(printable(type), measures)),
    row('All agents (pooled)', pooled),
    row('  span overlaps by half', strict),
    row('  whatever the type', detection),
  ]
}

function row(name: string, measures: Measures): string[] {
  const { tp, fp, fn, precision, recall, f05 } = measures
  const documents = `${f05.docs}${isTooFewToJudge(measures) ? ' too few to judge' : ''}`
  return [
    shorten(name, nameWidth),
    amount(tp),
    amount(fp),
    amount(fn),
    withInterval(precision),
    withInterval(recall),
    withInterval(f05),
    documents,
  ]
}

function withInterval({ value, lower, upper }: MetricInterval): string {
  return value === null ? '–' : `${decimal(value)} [${decimal(lower)}, ${decimal(upper)}]`
}

/** Columns as wide as their widest cell; numbers to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const columns = rows[0]?.length ?? 0
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  )
  const pad = (cell: string, column: number): string => {
    const width = widths[column] ?? 0
    const isNumber = /^(?:-|< )?[\d.]+$/.test(cell) || /^(?:TP|FP|FN)$/.test(cell)
    return isNumber && column > 0 && column < columns - 1
      ? cell.padStart(width)
      : cell.padEnd(width)
  }
  return rows.map((cells) => cells.map(pad).join('  ').trimEnd()).join('\n')
}

/** A table; where it is wider than `width`, each row as a name and its cells, in lines that fit. */
export function tableWithin(rows: readonly (readonly string[])[], width: number): string {
  const whole = table(rows)
  if (whole.split('\n').every((line) => line.length <= width)) return whole
  const [titles = [], ...body] = rows
  return body
    .map(([name = '', ...cells]) => {
      const named = cells.map((cell, column) => `${titles[column + 1] ?? ''} ${cell}`)
      return [name, ...packed(named, width - 4).map((line) => `    ${line}`)].join('\n')
    })
    .join('\n')
}

/** As many items in a line as `width` takes. */
function packed(items: readonly string[], width: number): string[] {
  const lines: string[] = []
  for (const item of items) {
    const longer = `${lines.at(-1) ?? ''} · ${item}`
    if (lines.length > 0 && longer.length <= width) lines[lines.length - 1] = longer
    else lines.push(item)
  }
  return lines
}

/** Which agent reports what is another's. Hits, misses and false alarms stand in the table. */
function confusionLines({ confusion }: EvaluationSummary): string[] {
  const crossed = confusion
    .filter(({ truth, detected }) => truth !== null && detected !== null && truth !== detected)
    .toSorted((a, b) => b.count - a.count)
  if (crossed.length === 0) return []
  const lines = crossed.map(({ truth, detected, count: times }) => {
    return `  ${amount(times)} × ${printable(truth ?? '')} reported as ${printable(detected ?? '')}`
  })
  return ['', 'Right place, wrong type:', ...lines]
}

/** Mistakes by kind with their sentence, a few of each kind. */
export function formatMistakes(mistakes: readonly Mistake[]): string {
  const parts = MistakeKind.options.flatMap((kind) => {
    const own = mistakes.filter((mistake) => mistake.kind === kind)
    if (own.length === 0) return []
    const more = own.length - examplesPerKind
    return [
      '',
      `${kind} (${own.length})`,
      ...own.slice(0, examplesPerKind).map(formatMistake),
      ...(more > 0 ? [`  … and ${more} more; --json lists all`] : []),
    ]
  })
  return `${parts.join('\n')}\n`
}

function formatMistake({ kind, document, detected, truth, sentence }: Mistake): string {
  const named = [
    ...(truth === null ? [] : [`${kind === 'missed' ? '' : 'truth '}${describe(truth)}`]),
    ...(detected === null ? [] : [`${truth === null ? '' : 'detected '}${describe(detected)}`]),
  ]
  const quoted = sentence === '' ? '' : `\n    ${shorten(printable(sentence), 300)}`
  return `  ${printable(document)}: ${named.join('; ')}${quoted}`
}

function describe({ type, text }: { type: string; text: string }): string {
  return `${printable(type)} “${shorten(printable(text), 120)}”`
}

function shorten(text: string, length: number): string {
  const characters = Array.from(text)
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`
}

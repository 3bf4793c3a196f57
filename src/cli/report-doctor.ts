import { styleText } from 'node:util'
import { printable } from '../lib/printable.ts'
import { changeInWords, type DoctorChange } from '../schema/doctor-changes.ts'
import type { CheckResult, DoctorCheck, DoctorReport } from '../schema/doctor.ts'
import type { Io } from './io.ts'
import { wrapText } from './wrap-text.ts'

const results: CheckResult[] = ['pass', 'fail', 'skipped']
const styles = { pass: 'green', fail: 'red', skipped: 'yellow' } as const

/** What came out otherwise than in the check before. */
type Since = { checkedAt: number; changes: DoctorChange[] } | null

/** One line for each check, under each that found something what to do, and what has changed. */
export function formatDoctorReport(
  { environment, checks }: DoctorReport,
  since: Since,
  { width, color }: Pick<Io, 'width' | 'color'>,
): string {
  const widest = Math.max(...checks.map(({ name }) => name.length))
  const lines = checks.map((check) => formatCheck(check, { widest, width, color }))
  const counts = results.map((result) => {
    return `${checks.filter((check) => check.result === result).length} ${words[result]}`
  })
  const told = [`Environment ${environment}`, '', ...lines, '', `${counts.join(', ')}.`]
  return `${[...told, ...(since === null ? [] : [sinceInWords(since, width)])].join('\n')}\n`
}

function sinceInWords({ checkedAt, changes }: NonNullable<Since>, width: number): string {
  const when = `${new Date(checkedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const what = changes.map(changeInWords).join(', ') || 'nothing came out otherwise'
  return wrapText(printable(`Since the check of ${when}: ${what}.`), '', width)
}

const words = { pass: 'passed', fail: 'failed', skipped: 'skipped' }

type Layout = { widest: number; width: number; color: boolean }

function formatCheck(
  { name, result, sentence, fix }: DoctorCheck,
  { widest, width, color }: Layout,
): string {
  const label = result.padEnd(7)
  const shown = color ? styleText(styles[result], label, { validateStream: false }) : label
  const head = `  ${shown}  ${name.padEnd(widest)}  `
  const indent = ' '.repeat(2 + 7 + 2 + widest + 2)
  const told = wrapText(printable(sentence), indent, width).slice(indent.length)
  const remedy = fix === null ? '' : `\n${wrapText(`Fix: ${printable(fix)}`, indent, width)}`
  return `${head}${told}${remedy}`
}

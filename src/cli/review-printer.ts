import { styleText } from 'node:util'
import { printable } from '../lib/printable.ts'
import type { Issue } from '../schema/issue.ts'
import { count } from '../schema/figure-words.ts'
import type { FailedReview, Review } from '../schema/review.ts'
import type { Io } from './io.ts'
import { wrapText } from './wrap-text.ts'

type Result = Review | FailedReview

/** Prints reviews for people: issues by page, then what each agent did. */
export type ReviewPrinter = {
  /** Issues of a review that is still running; printed at once only when `live`. */
  issues(issues: Issue[]): void
  result(result: Result): void
}

export function createReviewPrinter(
  io: Io,
  mode: { quiet: boolean; live: boolean },
): ReviewPrinter {
  if (mode.quiet) return { issues: () => {}, result: (result) => warn(result, io) }
  let page: number | null | undefined
  const printIssues = (issues: Issue[]): void => {
    for (const issue of issues) {
      if (issue.location.page !== page) {
        page = issue.location.page
        const title = page === null ? 'Not found in the document' : `Page ${page}`
        io.stdout.write(`\n${style(io, 'bold', title)}\n`)
      }
      io.stdout.write(formatIssue(issue, io))
    }
  }
  return {
    issues: (issues) => {
      if (mode.live) printIssues(issues)
    },
    result: (result) => {
      if (!mode.live && 'run' in result) {
        page = undefined
        io.stdout.write(`\n${style(io, 'bold', `— ${printable(result.document.file)}`)}\n`)
        printIssues(result.issues)
      }
      if ('run' in result) io.stdout.write(formatSummary(result))
      warn(result, io)
    },
  }
}

function formatIssue(issue: Issue, io: Io): string {
  const width = Number.isFinite(io.width) ? Math.min(io.width, 100) : 80
  const score = issue.score === null ? '' : ` · score ${issue.score}`
  const lines = [
    '',
    `  ${style(io, 'yellow', printable(issue.type))}${score}`,
    wrapText(quoteInSentence(issue, io), '  ', width),
  ]
  if (issue.explanation !== '') lines.push(wrapText(printable(issue.explanation), '    ', width))
  if (issue.suggestedFix !== null) lines.push(wrapText(formatFix(issue), '    ', width))
  return `${lines.join('\n')}\n`
}

function quoteInSentence(issue: Issue, io: Io): string {
  const text = printable(issue.text)
  const sentence = printable(issue.location.sourceSentence)
  const at = sentence.indexOf(text)
  if (at === -1) return `“${sentence}”`
  const marked = text === '' ? '' : style(io, 'underline', text)
  return `“${sentence.slice(0, at)}${marked}${sentence.slice(at + text.length)}”`
}

function formatFix(issue: Issue): string {
  const fix = printable(issue.suggestedFix ?? '')
  return fix === ''
    ? `Fix: delete “${printable(issue.text)}”`
    : `Fix: “${printable(issue.text)}” → “${fix}”`
}

function formatSummary({ document, issues, agents }: Review): string {
  const pages = new Set(issues.map((issue) => issue.location.page)).size
  const head = `\n${count(issues.length, 'issue')} on ${pages} of ${count(document.pages, 'page')}`
  const parts = Object.entries(agents).map(([name, result]) => {
    const reason = result.reason === undefined ? '' : ` (${printable(result.reason)})`
    const issuesOfAgent = result.status === 'skipped' ? '' : `, ${count(result.issues, 'issue')}`
    return `  ${name}: ${result.status}${issuesOfAgent}${reason}`
  })
  return `${[head, ...parts].join('\n')}\n`
}

/** What a person must know goes to stderr, so that `--json` and pipes stay clean. */
function warn(result: Result, io: Io): void {
  const file = printable(result.document.file)
  if ('error' in result) {
    io.stderr.write(`Error: ${file}: ${printable(result.error.message)} [${result.error.code}]\n`)
    return
  }
  const { pages, pagesWithoutText, pagesReadByOcr } = result.document
  const unread = pagesWithoutText.filter((page) => !pagesReadByOcr.includes(page))
  if (unread.length > 0) {
    const which = whichPages(unread, pages, 'any')
    io.stderr.write(`Warning: ${file}: no text on ${which}. --ocr reads scans.\n`)
  }
  if (pagesReadByOcr.length > 0) {
    const which = whichPages(pagesReadByOcr, pages, 'all')
    io.stderr.write(`Warning: ${file}: OCR read ${which}; it may have misread words.\n`)
  }
}

const named = 10

function whichPages(numbers: number[], pages: number, every: 'any' | 'all'): string {
  if (numbers.length === pages)
    return pages === 1 ? 'its only page' : `${every} of its ${pages} pages`
  const list = numbers.slice(0, named).join(', ')
  const more = numbers.length > named ? ` and ${numbers.length - named} more` : ''
  return `page${numbers.length === 1 ? '' : 's'} ${list}${more} of ${pages}`
}

function style(io: Io, format: 'bold' | 'underline' | 'yellow', text: string): string {
  return io.color ? styleText(format, text, { validateStream: false }) : text
}

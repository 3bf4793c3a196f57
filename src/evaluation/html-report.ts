import { createHash } from 'node:crypto'
import type { EvaluationSubject } from '../schema/evaluation.ts'
import type { MistakeInContext } from '../schema/evaluation-details.ts'
import type { ModelAccount } from '../schema/model.ts'
import type { EvaluationSummary } from './evaluation-summary.ts'
import { agentTable } from './html-report/agent-table.ts'
import { confusionTable } from './html-report/confusion-table.ts'
import { filterScript } from './html-report/filter-script.ts'
import { intervalPlot } from './html-report/interval-plot.ts'
import { markup, type Markup, trusted } from './html-report/markup.ts'
import { mistakeList } from './html-report/mistake-list.ts'
import { facts, headline, noteList, pageHeader } from './html-report/overview.ts'
import { styles } from './html-report/styles.ts'

export type HtmlReport = {
  title: string
  /** ISO 8601. */
  createdAt: string
  dataset: string
  subject: EvaluationSubject
  summary: EvaluationSummary
  notes: readonly string[]
  /** Of the first run. */
  mistakes: readonly MistakeInContext[]
  cost?: ModelAccount
}

/**
 * One page that needs nothing else: no network, no other file. What comes from documents is escaped,
 * and the page's policy lets the browser run and load nothing but the style and script written here.
 */
export function htmlReport(report: HtmlReport): string {
  const { summary, notes, mistakes } = report
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${report.title}</title>
<style>${trusted(styles)}</style>
</head>
<body>
${pageHeader(report)}
<main>
${headline(summary)}
${facts(report)}
${notes.length === 0 ? null : section('Notes', noteList(notes))}
${section('Agents', agentTable(summary))}
${section('Intervals', intervalPlot(summary))}
${section('Confusion matrix', confusionTable(summary))}
${section(summary.repeats > 1 ? 'Mistakes of the first run' : 'Mistakes', mistakeList(mistakes))}
</main>
<script>${trusted(filterScript)}</script>
</body>
</html>
`
  return page.html
}

const contentPolicy = [
  "default-src 'none'",
  `style-src '${sha256(styles)}'`,
  `script-src '${sha256(filterScript)}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

function section(name: string, content: Markup): Markup {
  return markup`<section>
<h2>${name}</h2>
${content}
</section>`
}

import '../tokens.css'
import './report.css'
import { createHash } from 'node:crypto'
import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import type { ReportRenderer, WrittenReport } from '../../src/schema/shown-evaluation.ts'
import { ConfusionMatrix } from '../components/evaluation/confusion-matrix.tsx'
import { Facts } from '../components/evaluation/facts.tsx'
import { FiguresTable } from '../components/evaluation/figures-table.tsx'
import { Headline } from '../components/evaluation/headline.tsx'
import { IntervalPlot } from '../components/evaluation/interval-plot.tsx'
import { Notes } from '../components/evaluation/notes.tsx'
import rawScript from './filter-script.js?raw'
import { withoutDeception } from './plain-text.ts'
import { ReportHeader } from './report-header.tsx'
import { ReportMistakes } from './report-mistakes.tsx'

/** As it stands in the file: its hash is in the page's policy. */
const filterScript = withoutDeception(rawScript)

/** One HTML page, complete in itself; the components are those of the web page. */
export const renderReport: ReportRenderer['renderReport'] = (report, styles) => {
  const html = renderToStaticMarkup(<ReportPage report={report} styles={styles} />)
  return `<!doctype html>\n${withoutDeception(html)}\n`
}

function ReportPage({ report, styles }: { report: WrittenReport; styles: string }) {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta httpEquiv="Content-Security-Policy" content={contentPolicy(styles)} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>{report.title}</title>
        <style dangerouslySetInnerHTML={{ __html: styles }} />
      </head>
      <body>
        <ReportHeader report={report} />
        <ReportMain report={report} />
        <script dangerouslySetInnerHTML={{ __html: filterScript }} />
      </body>
    </html>
  )
}

function ReportMain({ report: { evaluation, mistakes } }: { report: WrittenReport }) {
  const { notes, failures, repeats, pooled } = evaluation
  return (
    <main>
      <Headline pooled={pooled} />
      <Facts evaluation={evaluation} />
      {notes.length + failures.length > 0 && (
        <Section title="Notes">
          <Notes notes={notes} failures={failures} />
        </Section>
      )}
      <Section title="Agents">
        <FiguresTable evaluation={evaluation} />
      </Section>
      <Section title="Intervals">
        <IntervalPlot evaluation={evaluation} />
      </Section>
      <Section title="Confusion matrix">
        <ConfusionMatrix evaluation={evaluation} />
      </Section>
      <Section title={repeats > 1 ? 'Mistakes of the first run' : 'Mistakes'}>
        <ReportMistakes mistakes={mistakes} />
      </Section>
    </main>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  )
}

function contentPolicy(styles: string): string {
  return [
    "default-src 'none'",
    `style-src '${sha256(styles)}'`,
    `script-src '${sha256(filterScript)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

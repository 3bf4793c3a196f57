import { readFile } from 'node:fs/promises'
import type { EnvironmentName } from '../schema/environment.ts'
import type { EvaluationSubject } from '../schema/evaluation.ts'
import type { MistakeInContext } from '../schema/evaluation-details.ts'
import type { ModelAccount } from '../schema/model.ts'
import type { ReportRenderer, ShownEvaluation } from '../schema/shown-evaluation.ts'
import { UserFacingError } from '../lib/errors.ts'
import { figuresByType, figuresOf } from './agent-figures.ts'
import type { EvaluationSummary } from './evaluation-summary.ts'

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
  /** Of a server, in which it ran; null or left out: in none. */
  environment?: EnvironmentName | null
}

/** Made of the page's own components by its build; the same from src/ and from dist/. */
const built = new URL('../../dist/report/', import.meta.url)

/**
 * One page that needs nothing else: no network, no other file. What comes from documents is escaped,
 * and the page's policy lets the browser run and load nothing but its own style and script.
 * @throws UserFacingError report-not-built
 */
export async function htmlReport(report: HtmlReport): Promise<string> {
  const { title, createdAt, dataset, subject, summary, mistakes, environment = null } = report
  const { renderReport, styles } = await loadRenderer()
  const { hashes } = summary
  const written = { title, createdAt, dataset, subject, hashes, mistakes, environment }
  return renderReport({ ...written, evaluation: shownEvaluation(report) }, styles)
}

/**
 * Before what takes time or money.
 * @throws UserFacingError report-not-built
 */
export async function expectReportBuilt(folder = built): Promise<void> {
  await loadRenderer(folder)
}

async function loadRenderer(folder = built): Promise<ReportRenderer & { styles: string }> {
  try {
    const styles = await readFile(new URL('report.css', folder), 'utf8')
    const module = (await import(new URL('report.js', folder).href)) as ReportRenderer
    return { renderReport: module.renderReport, styles }
  } catch (cause) {
    if (!isMissing(cause)) throw cause
    throw new UserFacingError(
      'report-not-built',
      'Reports cannot be written here: a part of them is not built. Run `npm run build` in the folder of Proofloop.',
      { cause },
    )
  }
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return code === 'ENOENT' || code === 'ERR_MODULE_NOT_FOUND'
}

function shownEvaluation({ summary, notes, cost }: HtmlReport): ShownEvaluation {
  return {
    ...summary,
    pooled: figuresOf(summary.pooled),
    agents: figuresByType(summary.agents),
    strict: figuresOf(summary.strict),
    detection: figuresOf(summary.detection),
    notes: [...notes],
    failures: [],
    account: cost ?? null,
  }
}

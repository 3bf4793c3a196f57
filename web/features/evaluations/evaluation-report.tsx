import type { EvaluationReport } from '../../../src/schema/api/evaluations.ts'
import type { ShownEvaluation } from '../../../src/schema/shown-evaluation.ts'
import { ConfusionMatrix } from '../../components/evaluation/confusion-matrix.tsx'
import { Facts } from '../../components/evaluation/facts.tsx'
import { FiguresTable } from '../../components/evaluation/figures-table.tsx'
import { Headline } from '../../components/evaluation/headline.tsx'
import { IntervalPlot } from '../../components/evaluation/interval-plot.tsx'
import { Notes } from '../../components/evaluation/notes.tsx'
import { PageSection, Quiet } from '../../components/page.tsx'
import { Mistakes } from './mistakes.tsx'

/** Of the components that `proofloop evaluate --report` writes a page with. */
export function EvaluationReportView({ report }: { report: EvaluationReport }) {
  const { notes, failures, repeats, mistakes, mistakesLeftOut, mistakesHeld } = report
  const evaluation = shownEvaluation(report)
  if (evaluation === null) return null
  return (
    <>
      <Headline pooled={evaluation.pooled} />
      <Facts evaluation={evaluation} />
      <Notes notes={notes} failures={failures} />
      <PageSection title="Agents">
        <FiguresTable evaluation={evaluation} />
      </PageSection>
      <PageSection title="Intervals">
        <IntervalPlot evaluation={evaluation} />
      </PageSection>
      <PageSection title="Confusion matrix">
        <ConfusionMatrix evaluation={evaluation} />
      </PageSection>
      <PageSection title={repeats > 1 ? 'Mistakes of the first run' : 'Mistakes'}>
        {mistakesHeld !== null && <Quiet>They quote texts. {mistakesHeld}</Quiet>}
        {(mistakesHeld === null || mistakes.length > 0) && (
          <Mistakes
            evaluation={report.evaluation.id}
            mistakes={mistakes}
            leftOut={mistakesLeftOut}
          />
        )}
      </PageSection>
    </>
  )
}

/** Null until it is done. */
function shownEvaluation(report: EvaluationReport): ShownEvaluation | null {
  const { pooled, agents } = report.evaluation
  return pooled === null ? null : { ...report, pooled, agents }
}

import type { GateReport } from '../../../src/schema/api/gates.ts'
import { signedPoints } from '../../../src/schema/figure-words.ts'
import { Quiet } from '../page.tsx'
import { useMe } from '../use-me.ts'
import { VerdictBox } from '../verdict-box.tsx'
import { causeBesideVerdict, modesOf, reasonInWords, verdictInWords } from './gate-words.ts'

/** What a gate found, why, and what that means, for who decides. */
export function GateVerdict({ report }: { report: GateReport }) {
  const { gate, comparison, meaning, reasons } = report
  return (
    <>
      <VerdictBox
        verdict={gate.verdict}
        reasons={comparison?.reasonsInWords ?? reasons.map(reasonInWords)}
      >
        <p>
          <strong>{verdictInWords(gate.verdict)}</strong>
          {causeBesideVerdict(gate.cause)}
        </p>
        <p>{meaning}</p>
        {modesOf(gate).map((mode) => (
          <p key={mode}>
            <strong>{mode}</strong>
          </p>
        ))}
      </VerdictBox>
      {gate.holdsHiddenText && <HiddenText dataset={gate.dataset} />}
      <Pooled comparison={comparison} />
    </>
  )
}

function Pooled({ comparison }: Pick<GateReport, 'comparison'>) {
  if (comparison === null || comparison.pooled === null) return null
  const { delta, lower95, upper975 } = comparison.pooled
  return (
    <Quiet>
      All agents together {signedPoints(delta)} points of F0.5 [{signedPoints(lower95)} at 95 %,{' '}
      {signedPoints(upper975)} at 97.5 %] on {comparison.documents} documents.
    </Quiet>
  )
}

/** It decides nothing, so who decides must know. */
function HiddenText({ dataset }: { dataset: string }) {
  const { may } = useMe()
  return (
    <p role="status">
      <strong>Hidden examples stand in the candidate:</strong> its prompts, rules or code hold texts
      of them, so that what was measured says little of other documents.{' '}
      {may('gates:write')
        ? `Check ${dataset} for copies and leaks to see which, and where; deny the change or let these examples retire.`
        : 'A custodian can tell which.'}
    </p>
  )
}

import { count, tidyAmount } from '../../../src/schema/figure-words.ts'
import type { ModelAccount } from '../../../src/schema/model.ts'
import type { ShownEvaluation } from '../../../src/schema/shown-evaluation.ts'
import classes from './evaluation.module.css'

/** What is neither a metric nor a mistake. */
export function Facts({ evaluation }: { evaluation: ShownEvaluation }) {
  return (
    <dl className={classes.facts}>
      {factsOf(evaluation).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

type Fact = [name: string, value: string]

function factsOf(evaluation: ShownEvaluation): Fact[] {
  const { documents, repeats, errorRate, duplicates, unresolved, fixes, account } = evaluation
  const runs = documents * repeats
  const failed = `${Math.round(errorRate * runs)} of ${runs} (${(100 * errorRate).toFixed(1)} %)`
  const agreed = `${tidyAmount(fixes.agreed)} of ${tidyAmount(fixes.judged)}`
  return [
    ['Measured', `${count(documents, 'document')}, ${count(repeats, 'run')}`],
    [repeats === 1 ? 'Documents that failed' : 'Runs over a document that failed', failed],
    ['Duplicates', tidyAmount(duplicates)],
    ['Quotes not in the document', tidyAmount(unresolved)],
    ...(fixes.judged > 0 ? [['Fixes that agree', agreed] satisfies Fact] : []),
    ...(account === null ? [] : costFacts(account)),
  ]
}

function costFacts(account: ModelAccount): Fact[] {
  const { cost, currency, requests, cached, inputTokens, outputTokens } = account
  const sum =
    cost === null ? '– (a price or usage is unknown)' : `${cost.toFixed(4)} ${currency ?? ''}`
  return [
    [
      'Cost',
      `${sum.trim()} for ${grouped(requests)} requests, ${grouped(cached)} kept from before`,
    ],
    ['Tokens', `${grouped(inputTokens)} in, ${grouped(outputTokens)} out`],
  ]
}

function grouped(value: number): string {
  return value.toLocaleString('en')
}

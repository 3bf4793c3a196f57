import { count, decimal, metrics, tidyAmount } from '../../../src/schema/figure-words.ts'
import type { ShownEvaluation } from '../../../src/schema/shown-evaluation.ts'
import { TooFew } from '../figures.tsx'
import classes from './evaluation.module.css'

/** The pooled figures, large. */
export function Headline({ pooled }: Pick<ShownEvaluation, 'pooled'>) {
  const { tp, fp, fn, f05 } = pooled
  const bases = {
    precision: `${tidyAmount(tp)} of ${tidyAmount(tp + fp)} detections are right`,
    recall: `${tidyAmount(tp)} of ${tidyAmount(tp + fn)} issues were found`,
    f05: `${count(f05.docs, 'document')} with something to judge`,
  }
  return (
    <dl className={classes.headline}>
      {metrics.map(({ key, name }) => {
        const { value, lower, upper } = pooled[key]
        return (
          <div key={key}>
            <dt>
              {name}, all agents
              {pooled.tooFew && <TooFew />}
            </dt>
            <dd className={classes.large}>{decimal(value)}</dd>
            <dd>
              {lower === null || upper === null
                ? 'cannot be told'
                : `95 % interval ${decimal(lower)} to ${decimal(upper)}`}
            </dd>
            <dd>{bases[key]}</dd>
          </div>
        )
      })}
    </dl>
  )
}

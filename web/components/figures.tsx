import type { Rate } from '../../src/schema/api/evaluations.ts'
import { decimal } from '../../src/schema/figure-words.ts'
import classes from './figures.module.css'

/** A rate with its 95 % interval, or a dash where it is undefined. */
export function Figure({ rate }: { rate: Pick<Rate, 'value' | 'lower' | 'upper'> }) {
  const { value, lower, upper } = rate
  if (value === null) return <span className={classes.figure}>–</span>
  return (
    <span className={classes.figure}>
      {decimal(value)}{' '}
      <span className={classes.interval}>
        [{decimal(lower)}, {decimal(upper)}]
      </span>
    </span>
  )
}

export function TooFew() {
  return <span className={classes.few}>too few to judge</span>
}

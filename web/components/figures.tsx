import type { Rate } from '../../src/schema/api/evaluations.ts'
import { decimal, signedPoints } from '../../src/schema/figure-words.ts'
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

type Difference = {
  delta?: number | undefined
  lower?: number | undefined
  upper?: number | undefined
}

/** A difference in points with its 95 % interval, where it has one. */
export function Points({ of: { delta, lower, upper } }: { of: Difference }) {
  return (
    <span className={classes.figure}>
      {signedPoints(delta)}
      {lower !== undefined && upper !== undefined && (
        <>
          {' '}
          <span className={classes.interval}>
            [{signedPoints(lower)}, {signedPoints(upper)}]
          </span>
        </>
      )}
    </span>
  )
}

export function TooFew() {
  return <span className={classes.few}>too few to judge</span>
}

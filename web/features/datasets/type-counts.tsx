import type { TypeCount } from '../../../src/schema/stored-dataset.ts'
import { count } from '../../../src/schema/figure-words.ts'
import classes from './datasets.module.css'

type Props = {
  splits: readonly { types: readonly TypeCount[] }[]
  /** How many to name before the rest is summed up. */
  most?: number
}

/** Types with how many issues each has, the most frequent first. */
export function TypeCounts({ splits, most = Infinity }: Props) {
  const all = sumTypes(splits.flatMap(({ types }) => types))
  if (all.length === 0) return <>–</>
  const more = all.length - most
  return (
    <ul className={classes.typeCounts}>
      {all.slice(0, most).map(({ type, issues }) => (
        <li key={type}>
          <bdi>{type}</bdi> {issues}
        </li>
      ))}
      {more > 0 && <li>{count(more, 'type')} more</li>}
    </ul>
  )
}

function sumTypes(counts: readonly TypeCount[]): TypeCount[] {
  const sums = new Map<string, number>()
  for (const { type, issues } of counts) sums.set(type, (sums.get(type) ?? 0) + issues)
  return Array.from(sums, ([type, issues]) => ({ type, issues })).toSorted(
    (a, b) => b.issues - a.issues || a.type.localeCompare(b.type),
  )
}

import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Step } from './database.ts'
import type { Tables } from './tables.ts'

/** Hash of the test set that one came from: as a value of a statement. */
export function generationOf(testSet: string): RawBuilder<string> {
  return sql<string>`coalesce(
    (select generation from test_set_generations where test_set = ${testSet}),
    cast(${testSet} as text))`
}

/** Hashes of all test sets that came from the same one: as a condition of a statement. */
export function isOfGeneration(column: string, testSet: string): RawBuilder<boolean> {
  const generation = generationOf(testSet)
  return sql<boolean>`(${sql.ref(column)} = ${generation} or ${sql.ref(column)} in (
    select test_set from test_set_generations where generation = ${generation}))`
}

/**
 * One that goes on with what the one before came from; the first such row stays. One that a version had already keeps
 * what it has: to be asked before the splits of the new version are there.
 */
export function continueStep(kysely: Kysely<Tables>, testSet: string, before: string): Step {
  const query = kysely
    .insertInto('test_set_generations')
    .columns(['test_set', 'generation'])
    .expression(
      kysely
        .selectNoFrom([
          sql<string>`cast(${testSet} as text)`.as('test_set'),
          generationOf(before).as('generation'),
        ])
        .where(
          sql<boolean>`${generationOf(before)} <> ${testSet} and not exists (
            select 1 from dataset_version_splits where split = 'test' and hash = ${testSet})`,
        ),
    )
    .onConflict((conflict) => conflict.doNothing())
  return { query }
}

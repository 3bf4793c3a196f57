import { keyed } from '../document/document-group.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { RotationSizes, TestSize } from '../schema/api/dataset-proposals.ts'
import { count } from '../schema/figure-words.ts'
import type { DatasetEntry } from '../schema/stored-dataset.ts'

/** Of the groups of `test`, those that have measured long enough: a third, rounded down, and at least one. */
const share = 1 / 3

type Draw = {
  /** Of the installation. */
  key: string
  /** Hash of the version: the next one draws anew. */
  version: string
}

/** The groups of `test` that retire into `evaluation`, drawn by the key: nobody can choose or foresee them. */
export function retiringGroups(
  entries: readonly Pick<DatasetEntry, 'group' | 'split'>[],
  { key, version }: Draw,
): Set<string> {
  const test = entries.filter(({ split }) => split === 'test')
  const groups = [...new Set(test.map(({ group }) => group))]
  const drawn = groups
    .map((group) => ({ group, draw: keyed(key, `retire ${version} ${group}`) }))
    .toSorted((a, b) => (a.draw < b.draw ? -1 : 1))
  const retiring = Math.max(1, Math.floor(groups.length * share))
  return new Set(drawn.slice(0, retiring).map(({ group }) => group))
}

type Entry = Pick<DatasetEntry, 'id' | 'group' | 'split' | 'issues'>

/** What a version holds in `test`, what of it the next one shows, and what that one has instead. */
export function rotationSizes(before: readonly Entry[], after: readonly Entry[]): RotationSizes {
  const [old, now] = [inTest(before), inTest(after)]
  const known = new Set(old.map(({ id }) => id))
  const shown = new Set(after.flatMap(({ id, split }) => (split === 'evaluation' ? [id] : [])))
  const fresh = [...Map.groupBy(now, ({ group }) => group).values()].filter((group) =>
    group.every(({ id }) => !known.has(id)),
  )
  return {
    before: sizeOf(old),
    retiring: sizeOf(old.filter(({ id }) => shown.has(id))),
    refilled: sizeOf(fresh.flat()),
    after: sizeOf(now),
  }
}

function inTest(entries: readonly Entry[]): Entry[] {
  return entries.filter(({ split }) => split === 'test')
}

function sizeOf(entries: readonly Entry[]): TestSize {
  return {
    groups: new Set(entries.map(({ group }) => group)).size,
    examples: entries.length,
    issues: entries.reduce((sum, { issues }) => sum + issues, 0),
  }
}

/**
 * Without `test` there is no gate, and what has retired never comes back.
 * @throws UserFacingError rotation-empties-test
 */
export function requireTest({ before, after }: RotationSizes): void {
  if (before.groups === 0 || after.groups > 0) return
  throw new UserFacingError(
    'rotation-empties-test',
    `This would leave test without an example: it has ${count(before.groups, 'group')}, and nothing comes in. Add proposals that come into test with the same version, or examples to test before.`,
  )
}

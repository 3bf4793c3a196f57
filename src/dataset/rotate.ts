import { keyed } from '../document/document-group.ts'
import type { DatasetEntry } from '../schema/stored-dataset.ts'

/** Of the groups of `test`, those that have measured long enough: a third, rounded up. */
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
  return new Set(drawn.slice(0, Math.ceil(groups.length * share)).map(({ group }) => group))
}

import { createUnion } from './union.ts'

export type Groupable = {
  id: string
  /** The same for copies of one text; see `groupOfText`. */
  textGroup: string
  /** As the dataset calls what belongs together: pages or versions of one document. */
  group?: string
  /** That the document was filed in of which it was made: named by a text, as groups of documents are. */
  filedIn?: string
}

/**
 * Examples that share a text, a `group` or the group of their documents, or are near-copies, are one group, over any
 * number of steps.
 * It has the name of the first of its text groups, so that a document without copies is in the group that
 * it has when it is uploaded.
 * @param copies ids of examples that are near-copies of each other
 * @returns the group of each example by its id
 */
export function groupExamples(
  examples: readonly Groupable[],
  copies: readonly (readonly [string, string])[] = [],
): Map<string, string> {
  const union = createUnion<string>()
  const textGroupOf = new Map(examples.map(({ id, textGroup }) => [id, textGroup]))
  for (const { textGroup, group, filedIn } of examples) {
    if (group !== undefined) union.join(`text ${textGroup}`, `named ${group}`)
    if (filedIn !== undefined) union.join(`text ${textGroup}`, `text ${filedIn}`)
  }
  for (const pair of copies) {
    const [one, other] = pair.map((id) => textGroupOf.get(id))
    if (one !== undefined && other !== undefined) union.join(`text ${one}`, `text ${other}`)
  }
  const roots = examples.map(({ textGroup }) => union.rootOf(`text ${textGroup}`))
  const names = new Map<string, string>()
  for (const [i, { textGroup }] of examples.entries()) {
    const root = roots[i] ?? ''
    const name = names.get(root)
    if (name === undefined || textGroup < name) names.set(root, textGroup)
  }
  return new Map(examples.map(({ id }, i) => [id, names.get(roots[i] ?? '') ?? '']))
}

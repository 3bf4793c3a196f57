import { groupOfText, type Readable } from '../document/document-group.ts'
import { signatureOfDocument } from '../document/document-signature.ts'
import { lookUpKin } from '../document/copy-keys.ts'
import { kinship, overlapOf, unpackSignature } from '../document/text-signature.ts'
import type { DocumentGroup } from '../schema/stored-document.ts'
import type { Store } from '../store/store.ts'

export type CopyInEvaluation = {
  /** Id of the example. */
  example: string
  /** A group of documents of the evaluation split. */
  group: DocumentGroup
  /** Of the shorter text, what stands in the longer one; 0 to 1. */
  contained: number
}

type Place = {
  store: { groups: Pick<Store['groups'], 'many'>; signatures: Pick<Store['signatures'], 'lookUp'> }
  splitKey: string
}

/**
 * Examples of which engineers can read a copy, a version or a page among the documents of the installation,
 * each with the groups that have them. One whose group was shown to an engineer must not enter `test` or
 * `audit` again. It is for who may see the examples: it tells whether a text is there.
 */
export async function copiesInEvaluation(
  place: Place,
  examples: Iterable<ExampleText>,
): Promise<CopyInEvaluation[]> {
  const all = [...examples]
  const same = await sameTexts(place, all)
  const found: CopyInEvaluation[] = []
  for (let from = 0; from < all.length; from += atOnce) {
    const some = all.slice(from, from + atOnce)
    const near = await Promise.all(some.map(({ document }) => nearText(place, document)))
    for (const [i, { id }] of some.entries()) {
      found.push(...nearestOfGroups(id, [...(same[from + i] ?? []), ...(near[i] ?? [])]))
    }
  }
  return found
}

type ExampleText = { id: string; document: Readable }
type Copy = Omit<CopyInEvaluation, 'example'>

/** Questions to the store at the same time. */
const atOnce = 16

function nearestOfGroups(example: string, copies: readonly Copy[]): CopyInEvaluation[] {
  const groups = new Map<string, CopyInEvaluation>()
  for (const { group, contained } of copies) {
    const before = groups.get(group.id)?.contained ?? 0
    if (contained > before) groups.set(group.id, { example, group, contained })
  }
  return [...groups.values()]
}

/** Of each example; also of texts that are short, and of documents that were forgotten. */
async function sameTexts(
  { store, splitKey }: Place,
  examples: readonly ExampleText[],
): Promise<Copy[][]> {
  const ids = examples.map(({ document }) =>
    (['everybody', 'engineers'] as const).map((whose) => groupOfText(splitKey, document, whose)),
  )
  const groups = await store.groups.many([...new Set(ids.flat())])
  return ids.map((own) =>
    own.flatMap((id): Copy[] => {
      const group = groups.get(id)
      return group?.split === 'evaluation' ? [{ group, contained: 1 }] : []
    }),
  )
}

async function nearText({ store }: Place, document: Readable): Promise<Copy[]> {
  const signature = signatureOfDocument(document)
  if (signature === null) return []
  const candidates = await lookUpKin(signature, (keys) =>
    store.signatures.lookUp(keys, { hidden: false }),
  )
  return candidates.flatMap(({ content, group }) => {
    const overlap = overlapOf(signature, unpackSignature(content))
    return kinship(overlap) === null ? [] : [{ group, contained: overlap.contained }]
  })
}

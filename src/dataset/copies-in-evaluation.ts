import { groupOfText, type Readable } from '../document/document-group.ts'
import { signatureOfDocument } from '../document/document-signature.ts'
import { copyKeys, kinship, overlapOf, unpackSignature } from '../document/text-signature.ts'
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

type Place = { store: Pick<Store, 'groups' | 'signatures'>; splitKey: string }

/**
 * Examples of which engineers can read a copy, a version or a page among the documents of the installation,
 * each with the groups that have them. One whose group was shown to an engineer must not enter `test` or
 * `audit` again. It is for who may see the examples: it tells whether a text is there.
 */
export async function copiesInEvaluation(
  place: Place,
  examples: Iterable<{ id: string; document: Readable }>,
): Promise<CopyInEvaluation[]> {
  const found: CopyInEvaluation[] = []
  for (const { id, document } of examples) {
    const groups = new Map<string, CopyInEvaluation>()
    const copies = [...(await sameText(place, document)), ...(await nearText(place, document))]
    for (const { group, contained } of copies) {
      const before = groups.get(group.id)?.contained ?? 0
      if (contained > before) groups.set(group.id, { example: id, group, contained })
    }
    found.push(...groups.values())
  }
  return found
}

type Copy = Omit<CopyInEvaluation, 'example'>

/** Also of texts that are short, and of documents that were forgotten. */
async function sameText({ store, splitKey }: Place, document: Readable): Promise<Copy[]> {
  const copies: Copy[] = []
  for (const whose of ['everybody', 'engineers'] as const) {
    const group = await store.groups.get(groupOfText(splitKey, document, whose))
    if (group?.split === 'evaluation') copies.push({ group, contained: 1 })
  }
  return copies
}

async function nearText({ store }: Place, document: Readable): Promise<Copy[]> {
  const signature = signatureOfDocument(document)
  if (signature === null) return []
  const candidates = await store.signatures.lookUp(copyKeys(signature).keys, { hidden: false })
  return candidates.flatMap(({ content, group }) => {
    const overlap = overlapOf(signature, unpackSignature(content))
    return kinship(overlap) === null ? [] : [{ group, contained: overlap.contained }]
  })
}

import { groupOfText, splitOf } from '../document/document-group.ts'
import { signatureOfDocument, storedSignature } from '../document/document-signature.ts'
import { copyKeys, type TextSignature } from '../document/text-signature.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { NewSignature } from '../store/signatures.ts'
import { type ChosenGroup, chooseGroup, nearCopies, type NearCopy } from './find-group.ts'
import type { ReviewHost } from './review-host.ts'
import { readReviewRules } from './review-settings.ts'

type Host = Pick<ReviewHost, 'store' | 'splitKey'>

/** Where a document that was just read goes, and by what its copies will find it. */
export type Filing = ChosenGroup & { signature: NewSignature }

/**
 * Finds the group of a document by its text and by the copies that are there, as documents or as hidden
 * examples of datasets. It holds as long as no other
 * document is filed: the store refuses it otherwise, and it is to be asked for again.
 *
 * For an engineer nothing hidden is looked up: neither the answer nor how long it takes depends on it.
 */
export async function fileDocument(
  { store, splitKey }: Host,
  text: ReviewDocument,
  { byEngineer }: { byEngineer: boolean },
): Promise<Filing> {
  const seen = await store.signatures.last()
  const signature = signatureOfDocument(text)
  const ids = {
    everybody: groupOfText(splitKey, text),
    engineers: groupOfText(splitKey, text, 'engineers'),
  }
  const { splitShares } = await readReviewRules(store)
  const chosen = chooseGroup({
    ids,
    known: await store.groups.get(ids.everybody),
    near: signature === null ? [] : await findCopies({ store }, signature, { byEngineer }),
    byEngineer,
    drawn: () => splitOf(splitKey, ids.everybody, splitShares),
  })
  return { ...chosen, signature: { ...storedSignature(signature), seen } }
}

async function findCopies(
  { store }: Pick<Host, 'store'>,
  signature: TextSignature,
  { byEngineer }: { byEngineer: boolean },
): Promise<NearCopy[]> {
  const { keys } = copyKeys(signature)
  const visible = await store.signatures.lookUp(keys, { hidden: false })
  if (byEngineer) return nearCopies(signature, visible)
  const hidden = await store.signatures.lookUp(keys, { hidden: true })
  const examples = await store.signatures.lookUpExamples(keys)
  return nearCopies(signature, [...visible, ...hidden, ...examples])
}

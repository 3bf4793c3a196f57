import { groupOfText, splitOf } from '../document/document-group.ts'
import {
  copyKeys,
  packSignature,
  signatureOf,
  type TextSignature,
} from '../document/text-signature.ts'
import { textWords } from '../document/text-words.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { NewSignature } from '../store/signatures.ts'
import { type ChosenGroup, chooseGroup, nearCopies, type NearCopy } from './find-group.ts'
import type { ReviewHost } from './review-host.ts'
import { readReviewRules } from './review-settings.ts'

type Host = Pick<ReviewHost, 'store' | 'splitKey'>

/** Where a document that was just read goes, and by what its copies will find it. */
export type Filing = ChosenGroup & { signature: NewSignature }

/**
 * Finds the group of a document by its text and by the copies that are there. It holds as long as no other
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
  const hidden = byEngineer ? [] : await store.signatures.lookUp(keys, { hidden: true })
  return nearCopies(signature, [...visible, ...hidden])
}

export function signatureOfDocument({
  paragraphs,
}: Pick<ReviewDocument, 'paragraphs'>): TextSignature | null {
  return signatureOf(textWords(paragraphs.map(({ text }) => text).join('\n')))
}

/** Empty for a text that is too short to be compared in parts: it has been looked at all the same. */
export function storedSignature(signature: TextSignature | null): Omit<NewSignature, 'seen'> {
  if (signature === null) return { content: new Uint8Array(), keys: [] }
  return { content: packSignature(signature), keys: copyKeys(signature).keys }
}

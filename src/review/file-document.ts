import { groupOfText, splitOf } from '../document/document-group.ts'
import { signatureOfDocument, storedSignature } from '../document/document-signature.ts'
import { lookUpKin } from '../document/copy-keys.ts'
import type { TextSignature } from '../document/text-signature.ts'
import type { Split } from '../schema/access.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { NewSignature } from '../store/signatures.ts'
import { isElsewhere } from './choose-split.ts'
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
 * @throws UserFacingError document-split-taken when it belongs to another split than the chosen one
 */
export async function fileDocument(
  { store, splitKey }: Host,
  text: ReviewDocument,
  { byEngineer, chosen: wanted }: { byEngineer: boolean; chosen?: Split },
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
    drawn: () => wanted ?? splitOf(splitKey, ids.everybody, splitShares),
  })
  if (wanted !== undefined) await requireSplit({ store }, chosen, wanted)
  return { ...chosen, signature: { ...storedSignature(signature), seen } }
}

/** A text that a dataset has shown is of evaluation, whatever its group says. */
async function requireSplit(
  { store }: Pick<Host, 'store'>,
  { group, ofText }: ChosenGroup,
  wanted: Split,
): Promise<void> {
  const known = await store.datasets.splitsOf([...new Set([group.id, ofText.id])])
  if ([group.split, ...known.values()].some((split) => split !== wanted)) throw isElsewhere(wanted)
}

async function findCopies(
  { store }: Pick<Host, 'store'>,
  signature: TextSignature,
  { byEngineer }: { byEngineer: boolean },
): Promise<NearCopy[]> {
  const { signatures } = store
  const among = (hidden: boolean) =>
    lookUpKin(signature, (keys) => signatures.lookUp(keys, { hidden }))
  const visible = await among(false)
  if (byEngineer) return nearCopies(signature, visible)
  const hidden = await among(true)
  const examples = await lookUpKin(signature, (keys) => signatures.lookUpExamples(keys))
  return nearCopies(signature, [...visible, ...hidden, ...examples])
}

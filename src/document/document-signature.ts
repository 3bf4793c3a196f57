import { textOf } from './document-text.ts'
import { copyKeys } from './copy-keys.ts'
import { packSignature, signatureOf, type TextSignature } from './text-signature.ts'
import { textWords } from './text-words.ts'

/** Null for a text that is too short for anything but an exact comparison. */
export function signatureOfDocument({
  paragraphs,
}: {
  paragraphs: readonly { text: string }[]
}): TextSignature | null {
  return signatureOf(textWords(textOf(paragraphs)))
}

/** As it is stored, and by what it is looked up. */
type StoredSignature = { content: Uint8Array; keys: Iterable<number> }

/** Empty for a text that is too short to be compared in parts: it has been looked at all the same. */
export function storedSignature(signature: TextSignature | null): StoredSignature {
  if (signature === null) return { content: new Uint8Array(), keys: [] }
  return { content: packSignature(signature), keys: copyKeys(signature).keys }
}

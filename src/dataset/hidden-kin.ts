import { setImmediate } from 'node:timers/promises'
import { signatureOfDocument, storedSignature } from '../document/document-signature.ts'
import { lookUpKin } from '../document/copy-keys.ts'
import { kinAmong } from '../document/text-signature.ts'
import type { Split } from '../schema/access.ts'
import type { DatasetEntry } from '../schema/stored-dataset.ts'
import type { Store } from '../store/store.ts'
import type { ExampleText } from './version-drafts.ts'

type Signatures = Store['signatures']

/** What is hidden of which texts are copies, the nearest first, by example id; an empty list is none. */
export type HiddenKin = ReadonlyMap<string, readonly HiddenCopy[]>

export type HiddenCopy = {
  split: Split
  /** Hash of its text where it is an example, id where it is a document. */
  document: string
}

/**
 * Texts that are copies, versions or pages of a hidden document, or of a hidden example of any dataset.
 * It is for who may see what is hidden: it tells whether a text is there.
 */
export async function hiddenKinOf(
  signatures: Signatures,
  texts: readonly ExampleText[],
): Promise<HiddenKin> {
  const found = new Map<string, readonly HiddenCopy[]>(texts.map(({ id }) => [id, []]))
  if (texts.length === 0) return found
  if ((await signatures.last()) === 0 && !(await signatures.hasExamples())) return found
  for (const { id, document } of texts) {
    const signature = signatureOfDocument(document)
    if (signature === null) continue
    const hidden = await lookUpKin(signature, (keys) => signatures.lookUp(keys, { hidden: true }))
    const examples = await lookUpKin(signature, (keys) => signatures.lookUpExamples(keys))
    const kin = kinAmong(signature, [...hidden, ...examples]).map(({ candidate }) => candidate)
    found.set(
      id,
      kin.map(({ document: copied, group }) => ({ split: group.split, document: copied })),
    )
  }
  return found
}

/** The same also of those texts of which nobody has asked yet. */
export async function kinOfEach(
  signatures: Signatures,
  texts: readonly ExampleText[],
  kin: HiddenKin,
): Promise<HiddenKin> {
  const asked = texts.filter(({ id }) => !kin.has(id))
  return new Map([...kin, ...(await hiddenKinOf(signatures, asked))])
}

/** Texts between which others have a turn. */
const turn = 200

/** Hidden entries get what tells copies of them, by which uploads and other imports find their split. */
export async function signHidden(
  signatures: Signatures,
  entries: readonly DatasetEntry[],
  texts: readonly ExampleText[],
): Promise<void> {
  const hidden = new Map(
    entries.flatMap((entry) => (entry.split === 'evaluation' ? [] : [[entry.id, entry]])),
  )
  const signed = await signatures.signedExamples(
    [...hidden.values()].map(({ document }) => document),
  )
  const fresh = texts.flatMap(({ id, document }) => {
    const entry = hidden.get(id)
    return entry === undefined || signed.has(entry.document) ? [] : [{ entry, document }]
  })
  for (let from = 0; from < fresh.length; from += turn) {
    const some = fresh.slice(from, from + turn)
    await signatures.addExamples(
      some.map(({ entry, document }) => ({
        ...entry,
        ...storedSignature(signatureOfDocument(document)),
      })),
    )
    await setImmediate()
  }
}

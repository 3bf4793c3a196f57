import type { Actor } from '../access/actor.ts'
import { documentFor, scopesOf } from '../access/document-rights.ts'
import type { StoredText } from '../schema/stored-dataset.ts'
import type { Store } from '../store/store.ts'

/** Documents that were read, by the SHA-256 of their files, as far as somebody may see them. */
export function storedTexts(
  { documents }: Pick<Store, 'documents'>,
  actor: Pick<Actor, 'id' | 'roles'>,
): (sha256: string) => Promise<StoredText | null> {
  return async (sha256) => {
    const document = documentFor(actor, await documents.sharing([sha256], scopesOf(actor)))
    const text = document?.state === 'ready' ? await documents.text(document.id) : null
    if (document === null || text === null) return null
    const { id, group, name, language } = document
    const paragraphs = text.paragraphs.map(({ index, page, text: words }) => {
      return { index, page, text: words }
    })
    return { id, group, name: name ?? sha256, language, paragraphs }
  }
}

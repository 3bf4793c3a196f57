import type { Actor } from '../access/actor.ts'
import { recordHiddenReads } from '../access/audit.ts'
import { documentFor, scopesOf } from '../access/document-rights.ts'
import type { StoredText } from '../schema/stored-dataset.ts'
import type { Store } from '../store/store.ts'

/**
 * Documents that were read, by the SHA-256 of their files, as far as somebody may see them. The audit log knows of each
 * that is hidden before its text is looked into: what labels name tells of it, also where they are refused.
 */
export function storedTexts(
  store: Pick<Store, 'documents' | 'audit' | 'secrets'>,
  actor: Pick<Actor, 'id' | 'key' | 'roles'>,
): (sha256: string) => Promise<StoredText | null> {
  return async (sha256) => {
    const { documents } = store
    const document = documentFor(actor, await documents.sharing([sha256], scopesOf(actor)))
    if (document?.state !== 'ready') return null
    await recordHiddenReads(store, actor, [document])
    const text = await documents.text(document.id)
    if (text === null) return null
    const { id, group, name, language } = document
    const paragraphs = text.paragraphs.map(({ index, page, text: words }) => {
      return { index, page, text: words }
    })
    return { id, group, name: name ?? sha256, language, paragraphs }
  }
}

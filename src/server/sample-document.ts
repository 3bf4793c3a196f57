import { createReadStream } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Actor } from '../access/actor.ts'
import { addDocument } from '../review/add-document.ts'
import type { ReviewHost } from '../review/review-host.ts'

const booklet = fileURLToPath(
  new URL('../../examples/document-review/documents/northwind-health-plus.pdf', import.meta.url),
)
const key = 'sample-document'

/** The bundled booklet, once: whoever has it forgotten does not get it again. */
export async function addSampleDocument(
  host: ReviewHost,
  actor: Pick<Actor, 'id' | 'roles'>,
): Promise<void> {
  if ((await host.store.settings.get(key)) !== undefined) return
  const content = createReadStream(booklet)
  const { sha256 } = await addDocument(host, actor, { name: path.basename(booklet), content })
  await host.store.settings.put(key, sha256)
}

import { z } from 'zod'
import { Instant, Sha256 } from '../workplace.ts'
import { Done, procedure } from './procedure.ts'

const ById = z.object({ sha256: Sha256 })

export const BundleEntry = z.object({
  sha256: Sha256,
  name: z.string(),
  bytes: z.int().positive(),
  agents: z.array(z.string()),
  uploadedAt: Instant,
})
export type BundleEntry = z.infer<typeof BundleEntry>

export const bundles = {
  put: procedure('evaluations:run')
    .route({
      method: 'PUT',
      path: '/bundles/{sha256}',
      summary: 'Keep a bundle of a flow, to be measured',
      description:
        'Send what `proofloop bundle --to FILE` wrote as form field `file`, under the SHA-256 of its bytes. The file’s name is what lists call it. The same bytes again are the same bundle. A person may keep 100 of at most 100 MB together.',
    })
    .input(ById.extend({ file: z.file() }))
    .output(BundleEntry),
  add: procedure('evaluations:run')
    .route({
      method: 'POST',
      path: '/bundles',
      summary: 'Keep a bundle whose hash you cannot compute',
      description:
        'As a page sends it: browsers compute no hash where the address is not https. Programs send it under its hash, so that bytes which were changed on the way are refused.',
    })
    .input(z.object({ file: z.file() }))
    .output(BundleEntry),
  list: procedure('evaluations:run')
    .route({
      method: 'GET',
      path: '/bundles',
      summary: 'Your bundles, of the last upload first; at most 100',
    })
    .output(z.object({ items: z.array(BundleEntry) })),
  get: procedure('evaluations:run')
    .route({ method: 'GET', path: '/bundles/{sha256}', summary: 'One of your bundles' })
    .input(ById)
    .output(BundleEntry),
  remove: procedure('evaluations:run')
    .route({
      method: 'DELETE',
      path: '/bundles/{sha256}',
      summary: 'Delete one of your bundles; what was measured with it stays',
    })
    .input(ById)
    .output(Done),
}

import { z } from 'zod'
import { ModelConnections, ModelParameters } from './config.ts'
import { FlowCode, FlowContent } from './flow-manifest.ts'

const isSorted = (items: readonly { name: string }[]): boolean =>
  items.every(({ name }, i) => i === 0 || (items[i - 1]?.name ?? '') < name)
const areSorted = 'must be sorted by name, each once'

const areWhole = (files: readonly { text: string }[]): boolean =>
  files.every(({ text }) => text.isWellFormed())

const Agent = FlowContent.shape.agents.element

const parts = {
  /** Paragraphs an agent sees at once; -1 for all. */
  paragraphsPerChunk: z
    .int()
    .min(-1)
    .refine((count) => count !== 0, 'from 1 up, or -1 for all'),
  agents: z
    .array(
      Agent.extend({
        files: Agent.shape.files
          .refine(isSorted, areSorted)
          .refine(areWhole, 'texts must be of whole characters'),
      }),
    )
    .min(1)
    .refine(isSorted, areSorted),
  /** What is sent along with prompts, by the alias that agents ask; left out, the server's own is. */
  models: z.record(ModelConnections.keyType, z.strictObject({ parameters: ModelParameters })),
}

/**
 * A flow as it is sent to a server to be measured: what its agents are made of, its code if it has some, and
 * no more. Connections, addresses and names of keys stay at home; the server has its own.
 */
export const Bundle = z.discriminatedUnion('format', [
  z.strictObject({ format: z.literal('proofloop-bundle-1'), ...parts }),
  z.strictObject({
    format: z.literal('proofloop-bundle-2'),
    ...parts,
    code: FlowCode.refine(({ text }) => text.isWellFormed(), 'texts must be of whole characters'),
  }),
])
export type Bundle = z.infer<typeof Bundle>

/** What a bundle is called where it is listed; it is not in its bytes. */
export const BundleName = z.string().min(1).max(100)

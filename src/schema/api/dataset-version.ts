import { z } from 'zod'
import { Split } from '../access.ts'
import { DatasetName, SplitSize, VersionProvenance } from '../stored-dataset.ts'
import { Instant, PersonName } from '../workplace.ts'

/** The hash, the beginning of it, or the newest one. */
export const VersionHash = z
  .string()
  .regex(/^(?:newest|[0-9a-f]{8,64})$/, 'newest, or at least 8 digits of its hash')
  .meta({ examples: ['newest'] })

export const ByName = z.object({ dataset: DatasetName })
export const ByVersion = ByName.extend({ version: VersionHash })

export const DatasetVersionEntry = z.object({
  dataset: z.string(),
  /** Of all that you may see: two versions with one hash have the same content for you. */
  hash: z.string(),
  createdBy: PersonName,
  createdAt: Instant,
  /** Null for readers who do not see all splits. */
  provenance: VersionProvenance.nullable(),
  /** Those that you may see. */
  splits: z.array(SplitSize),
})
export type DatasetVersionEntry = z.infer<typeof DatasetVersionEntry>

/** An example by its name. */
export const Named = z.object({ id: z.string(), split: Split })

/** Examples of which the texts are copies, versions or pages of each other. */
export const Copies = z.object({ examples: z.array(Named) })

/** A version that somebody wanted to add. */
export const AddedVersion = DatasetVersionEntry.extend({
  /** False when there is nothing new in it. */
  added: z.boolean(),
})

export const Added = AddedVersion.extend({
  /** Examples that would be hidden, but of which engineers have a copy among their own documents. */
  leftOut: z.array(z.string()),
  /** Copies and near-copies of each other, of which one or more are new: they are in one split and count twice. */
  copies: z.object({
    /** How many sets of them. */
    sets: z.int().nonnegative(),
    /** The first hundred. */
    found: z.array(Copies),
  }),
})
export type Added = z.infer<typeof Added>

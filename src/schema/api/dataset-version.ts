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

/** What of an example stands in a prompt, guidelines, shots or rules. */
export const FoundLeak = Named.extend({
  kind: z.enum(['issue', 'sentence', 'passage']),
  text: z.string(),
  source: z.object({ name: z.string(), line: z.int() }),
})
export type FoundLeak = z.infer<typeof FoundLeak>

export const NewLeaks = z.object({
  /** Files of prompts, guidelines, shots, rules, recordings and others of the flow that were searched. */
  searched: z.int().nonnegative(),
  /** The folder of the flow that was searched, or the name of a server's flow. */
  flow: z.string(),
  /** Files of it that are too large, or too many, and were not read. */
  left: z.int().nonnegative(),
  /** How many of the examples that came stand there, in part or whole. */
  examples: z.int().nonnegative(),
  /** The first hundred texts of them. */
  found: z.array(FoundLeak),
})
export type NewLeaks = z.infer<typeof NewLeaks>

const SplitCount = z.object({ split: Split, examples: z.int().positive() })

/** How much of a version is otherwise than in the one before. */
export const VersionChanges = z.object({
  added: z.array(SplitCount),
  removed: z.array(SplitCount),
  /** To another split. */
  moved: z.array(z.object({ from: Split, to: Split, examples: z.int().positive() })),
  /** Another text under the same id. */
  replaced: z.int().nonnegative(),
  /** The same text with other labels. */
  relabelled: z.int().nonnegative(),
})
export type VersionChanges = z.infer<typeof VersionChanges>

/** An example that engineers see from now on, and where its text, or a near copy, was hidden until then. */
export const ShownExample = z.object({
  id: z.string(),
  /** Null: among documents, or in an older version. */
  dataset: z.string().nullable(),
  split: Split,
})
export type ShownExample = z.infer<typeof ShownExample>

/** A version that somebody wanted to add. */
export const AddedVersion = DatasetVersionEntry.extend({
  /** False when there is nothing new in it. */
  added: z.boolean(),
  /** What was hidden until now and engineers see for ever, as was confirmed. */
  shown: z.array(ShownExample),
})

export const Added = AddedVersion.extend({
  /** Beside the version before; null when it is the first one, or when none was added. */
  changes: VersionChanges.nullable(),
  /** Examples that would be hidden, but of which engineers have a copy among their own documents. */
  leftOut: z.array(z.string()),
  /** Copies and near-copies of each other, of which one or more are new: they are in one split and count twice. */
  copies: z.object({
    /** How many sets of them. */
    sets: z.int().nonnegative(),
    /** The first hundred. */
    found: z.array(Copies),
  }),
  /**
   * What came and is hidden, but stands in prompts, guidelines, shots or rules. Null when nothing hidden came
   * with it, and where that would have been refused: when documents become examples.
   */
  leaks: NewLeaks.nullable(),
})
export type Added = z.infer<typeof Added>

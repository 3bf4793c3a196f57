import { z } from 'zod'
import { Split } from './access.ts'
import { LabelledIssue } from './example.ts'

/** It stands in addresses and file names. */
export const DatasetName = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}$/, 'letters, digits, dots, dashes and underscores')
  .meta({ examples: ['letters'] })

/** `everything`: all splits; `evaluation`: that split, as if there were no other. */
export type DatasetScope = 'everything' | 'evaluation' | 'nothing'

/** How many issues there are of a type. */
export const TypeCount = z.object({ type: z.string(), issues: z.int().positive() })
export type TypeCount = z.infer<typeof TypeCount>

/** What one split of a version holds. */
export const SplitSize = z.object({
  split: Split,
  examples: z.int().nonnegative(),
  issues: z.int().nonnegative(),
  /** Most frequent first. */
  types: z.array(TypeCount),
  /** Of its content alone. */
  hash: z.string(),
})
export type SplitSize = z.infer<typeof SplitSize>

/** Where a version came from; not a part of its content. */
export const VersionProvenance = z.object({
  /** A file's name, or what else it was made of. */
  source: z.string(),
  note: z.string().nullable(),
  /** How many groups kept their split, got one by the key, or were given one by a custodian. */
  groups: z.object({
    kept: z.int().nonnegative(),
    drawn: z.int().nonnegative(),
    chosen: z.int().nonnegative(),
  }),
})
export type VersionProvenance = z.infer<typeof VersionProvenance>

/** As a reader sees it: what they may not see does not go into anything here. */
export const DatasetVersion = z.object({
  /** Inside the store; told to nobody. */
  id: z.string(),
  dataset: z.string(),
  /** Of all that the reader sees. */
  hash: z.string(),
  createdAt: z.int(),
  createdBy: z.string(),
  /** Null for readers who do not see everything. */
  provenance: VersionProvenance.nullable(),
  /** Those that the reader sees and that have examples. */
  splits: z.array(SplitSize),
})
export type DatasetVersion = z.infer<typeof DatasetVersion>

/** What people said of a document's issues; of `missed` ones, that they were not found. */
export const ReviewTally = z.object({
  accepted: z.int().nonnegative(),
  edited: z.int().nonnegative(),
  dismissed: z.int().nonnegative(),
  disputed: z.int().nonnegative(),
  missed: z.int().nonnegative(),
})
export type ReviewTally = z.infer<typeof ReviewTally>

/** A split that a custodian has said for a text. */
export const ChosenSplit = z.object({ split: Split, by: z.string() })
export type ChosenSplit = z.infer<typeof ChosenSplit>

/** Where one example came from; not a part of its content. */
export const ExampleProvenance = z.object({
  /** Name of the file that the text was read from, and the hash of its bytes. */
  file: z.object({ name: z.string(), sha256: z.string() }).optional(),
  /** What the dataset says that it belongs to. */
  group: z.string().optional(),
  /** Id of the document in the store whose review it was made of. */
  source: z.string().optional(),
  review: ReviewTally.extend({
    id: z.string(),
    /** Ids of the people who had read all of the document. */
    readBy: z.array(z.string()).optional(),
  }).optional(),
  /** Split that a custodian has said for it, by the custodian's id; left out where it was drawn. */
  chosen: ChosenSplit.optional(),
  /** Ids of the people whose labels they are, and of who decided between them where there were several. */
  labelled: z.object({ by: z.array(z.string()), settledBy: z.string().nullable() }).optional(),
})
export type ExampleProvenance = z.infer<typeof ExampleProvenance>

/** An example of a version without its texts. */
export const DatasetEntry = z.object({
  /** As the dataset calls it. */
  id: z.string(),
  split: Split,
  /** What never straddles splits. */
  group: z.string(),
  /** The same for all copies of its text. */
  textGroup: z.string(),
  /** Hash of the document's text. */
  document: z.string(),
  /** Of document and labels. */
  hash: z.string(),
  issues: z.int().nonnegative(),
  types: z.array(TypeCount),
  provenance: ExampleProvenance.nullable(),
})
export type DatasetEntry = z.infer<typeof DatasetEntry>

export const DatasetParagraph = z.object({
  index: z.int().nonnegative(),
  /** From 1; left out where the dataset tells no pages. */
  page: z.int().positive().optional(),
  text: z.string(),
})
export type DatasetParagraph = z.infer<typeof DatasetParagraph>

/** What was read of a document in the store. */
export type StoredText = {
  /** Of the document and of its group. */
  id: string
  group: string
  name: string
  paragraphs: DatasetParagraph[]
  language: string | null
}

export const ExampleLabels = z.object({
  issues: z.array(LabelledIssue),
  extra: z.record(z.string(), z.unknown()).optional(),
})
export type ExampleLabels = z.infer<typeof ExampleLabels>

/** An example with its texts. */
export type StoredExample = DatasetEntry & {
  /** Null when its document was forgotten. */
  content: { paragraphs: DatasetParagraph[]; labels: ExampleLabels } | null
}

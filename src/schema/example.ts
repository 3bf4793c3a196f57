import { z } from 'zod'
import { Split } from './access.ts'

/**
 * An issue as it stands in a dataset (truth) or in recorded outputs (detection). `location` may be
 * partial: people label sentences, models quote text. Offsets are UTF-16.
 */
export const LabelledIssue = z.object({
  id: z.string().optional(),
  type: z.string(),
  text: z.string(),
  explanation: z.string().nullable().optional(),
  suggestedFix: z.string().nullable().optional(),
  score: z.number().nullable().optional(),
  /** Debatable: matched detections count neither way, and missing it is no miss. */
  ignore: z.boolean().optional(),
  location: z.object({
    sourceSentence: z.string().optional(),
    page: z.int().optional(),
    paragraph: z.int().nonnegative().optional(),
    start: z.int().nonnegative().optional(),
    end: z.int().nonnegative().optional(),
  }),
  /** Fields of the source file that we do not know, as they were. */
  extra: z.record(z.string(), z.unknown()).optional(),
})
export type LabelledIssue = z.infer<typeof LabelledIssue>

/** One document with what is wrong in it. */
export const Example = z.object({
  id: z.string(),
  /** Paragraph texts when the dataset carries them, else a file to read. */
  document: z.union([
    z.object({
      paragraphs: z.array(
        z.object({
          index: z.int().nonnegative(),
          /** From 1. */
          page: z.int().positive().optional(),
          text: z.string(),
        }),
      ),
      /** The file that they were read from. */
      source: z
        .object({
          name: z.string(),
          sha256: z.string(),
          /** Where they are those of a document in the store: its id and group there. */
          stored: z.object({ document: z.string(), group: z.string() }).optional(),
        })
        .optional(),
    }),
    z.object({ file: z.string() }),
  ]),
  issues: z.array(LabelledIssue),
  group: z.string().optional(),
  /** What its file says; it counts only where that is asked for. */
  split: Split.optional(),
  extra: z.record(z.string(), z.unknown()).optional(),
})
export type Example = z.infer<typeof Example>

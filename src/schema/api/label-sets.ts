import { z } from 'zod'
import { Split } from '../access.ts'
import { LabelledIssue } from '../example.ts'
import { LabelAgreement, LabelSetState } from '../label-set.ts'
import { DatasetParagraph, ExampleProvenance } from '../stored-dataset.ts'
import { Instant, PersonName, Sha256 } from '../workplace.ts'
import { AddedVersion, ByName } from './dataset-version.ts'
import { page, PageInput, procedure } from './procedure.ts'

const ById = ByName.extend({ id: z.string().max(1000) })

/** How far somebody is with the texts of the newest version. */
export const AnnotatorProgress = z.object({
  person: PersonName,
  drafts: z.int().nonnegative(),
  handedIn: z.int().nonnegative(),
  abstained: z.int().nonnegative(),
})
export type AnnotatorProgress = z.infer<typeof AnnotatorProgress>

export const LabelProgress = z.object({
  dataset: z.string(),
  /** In the newest version. */
  examples: z.int().nonnegative(),
  /** Of those how many two or more people have handed in, and how many are settled. */
  several: z.int().nonnegative(),
  settled: z.int().nonnegative(),
  annotators: z.array(AnnotatorProgress),
  /** On the examples of which you may see the labels of others. */
  agreement: LabelAgreement,
})
export type LabelProgress = z.infer<typeof LabelProgress>

/** How far an example is. */
export const LabellingEntry = z.object({
  id: z.string(),
  split: Split,
  /** Yours; null when you have not begun. */
  mine: LabelSetState.nullable(),
  drafts: z.int().nonnegative(),
  handedIn: z.int().nonnegative(),
  isSettled: z.boolean(),
})
export type LabellingEntry = z.infer<typeof LabellingEntry>

/** Labels at one place of a text, at most one of each person; `number` counts from 0 in their labels. */
const ComparedPlace = z.object({
  labels: z.array(z.object({ person: z.string(), number: z.int().nonnegative() })),
  /** Whether everybody labelled it, as the same type, and as counting or not. */
  isAgreed: z.boolean(),
})
export type ComparedPlace = z.infer<typeof ComparedPlace>

export const LabelComparison = z.object({
  sets: z.array(z.object({ person: PersonName, labels: z.array(LabelledIssue) })),
  /** In the order of the text. */
  places: z.array(ComparedPlace),
})
export type LabelComparison = z.infer<typeof LabelComparison>

/** An example as one of several people labels it: without the labels that the version has. */
export const LabellingExample = z.object({
  dataset: z.string(),
  id: z.string(),
  split: Split,
  /** Of text and labels in the newest version. */
  hash: z.string(),
  /** Of the text. */
  document: z.string(),
  file: ExampleProvenance.shape.file.nullable(),
  /** Null when its document was forgotten. */
  paragraphs: z.array(DatasetParagraph).nullable(),
  /** Yours. */
  mine: z.object({
    state: LabelSetState.nullable(),
    /** 0 when you have not begun. */
    revision: z.int().nonnegative(),
    labels: z.array(LabelledIssue),
  }),
  /** Everybody who has begun, you among them. */
  annotators: z.array(z.object({ person: PersonName, state: LabelSetState })),
  /** What was handed in; null until you have handed in yours, have abstained, or it is settled. */
  comparison: LabelComparison.nullable(),
  settled: z.object({ by: PersonName, at: Instant }).nullable(),
})
export type LabellingExample = z.infer<typeof LabellingExample>

/** Labels of several people for the same example, each made without knowing those of the others. */
export const labelSets = {
  progress: procedure('datasets:write')
    .route({
      method: 'GET',
      path: '/datasets/{dataset}/label-sets',
      summary: 'Who labels the newest version, how far they are, and how far they agree',
      description:
        'The agreement is of the examples whose labels by others you may see: those that you have handed in, abstained from, or that are settled.',
    })
    .input(ByName)
    .output(LabelProgress),
  examples: procedure('datasets:write')
    .route({
      method: 'GET',
      path: '/datasets/{dataset}/label-sets/examples',
      summary: 'Examples of the newest version and how far their labelling is, by id',
    })
    .input(PageInput.extend(ByName.shape))
    .output(page(LabellingEntry)),
  example: procedure('datasets:write')
    .route({
      method: 'GET',
      path: '/datasets/{dataset}/label-sets/example',
      summary: 'An example to label, your labels, and, once you handed them in, those of others',
    })
    .input(ById)
    .output(LabellingExample),
  save: procedure('datasets:write')
    .route({
      method: 'PUT',
      path: '/datasets/{dataset}/label-sets/example',
      summary: 'Save your labels of an example, hand them in for good, or abstain',
      description:
        'Send `document` and `revision` as you read them. Who abstains sees the labels of others, can settle them, and cannot label the example any more.',
    })
    .input(
      ById.extend({
        document: Sha256,
        revision: z.int().nonnegative(),
        state: LabelSetState,
        issues: z.array(LabelledIssue).max(10_000),
      }),
    )
    .output(LabellingExample),
  settle: procedure('datasets:write')
    .route({
      method: 'POST',
      path: '/datasets/{dataset}/label-sets/settle',
      summary: 'Take one label or the other where people differ, as a new version',
      description:
        'Send `hash` and the people whose labels you saw. Places of which you take no label have none in the version.',
    })
    .input(
      ById.extend({
        hash: Sha256,
        /** Ids of those whose labels you saw. */
        people: z.array(z.string().max(100)).max(100),
        taken: z
          .array(z.object({ person: z.string().max(100), number: z.int().nonnegative() }))
          .max(10_000),
        note: z.string().max(1000).optional(),
        /** As for labels of one person. */
        showHidden: z.boolean().default(false),
      }),
    )
    .output(AddedVersion),
}

import { z } from 'zod'
import { Split } from '../access.ts'
import { LabelledIssue } from '../example.ts'
import { ReferenceRole } from '../reference-version.ts'
import {
  DatasetName,
  DatasetParagraph,
  ExampleProvenance,
  ReviewTally,
  SplitSize,
  TypeCount,
  VersionProvenance,
} from '../stored-dataset.ts'
import { Instant, PersonName, Sha256 } from '../workplace.ts'
import { EvaluationEntry } from './evaluations.ts'
import { Done, page, PageInput, procedure } from './procedure.ts'

/** The hash, the beginning of it, or the newest one. */
export const VersionHash = z
  .string()
  .regex(/^(?:newest|[0-9a-f]{8,64})$/, 'newest, or at least 8 digits of its hash')
  .meta({ examples: ['newest'] })

const ByName = z.object({ dataset: DatasetName })
const ByVersion = ByName.extend({ version: VersionHash })

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

/** A dataset by its newest version. */
export const ListedDataset = DatasetVersionEntry.extend({
  /** Who answers for it: who made it, until it is handed on. */
  owner: PersonName,
})
export type ListedDataset = z.infer<typeof ListedDataset>

/** An example in lists. */
export const ExampleEntry = z.object({
  id: z.string(),
  split: Split,
  /** What never straddles splits. */
  group: z.string(),
  /** Hash of the document's text. */
  document: z.string(),
  /** Of document and labels. */
  hash: z.string(),
  issues: z.int().nonnegative(),
  types: z.array(TypeCount),
  file: ExampleProvenance.shape.file.nullable(),
  /** Whose labels it has, and who decided between them where there were several; null: of its source. */
  labelled: z.object({ by: z.array(PersonName), settledBy: PersonName.nullable() }).nullable(),
})
export type ExampleEntry = z.infer<typeof ExampleEntry>

export const DatasetExample = ExampleEntry.extend({
  /** Null when its document was forgotten, as are its labels. */
  paragraphs: z.array(DatasetParagraph).nullable(),
  labels: z.array(LabelledIssue).nullable(),
})
export type DatasetExample = z.infer<typeof DatasetExample>

const Named = z.object({ id: z.string(), split: Split })

export const DatasetDiff = z.object({
  dataset: z.string(),
  from: z.string(),
  to: z.string(),
  /** How many there are; the lists may stop earlier. */
  counts: z.object({
    added: z.int(),
    removed: z.int(),
    moved: z.int(),
    regrouped: z.int(),
    replaced: z.int(),
    relabelled: z.int(),
  }),
  added: z.array(Named),
  removed: z.array(Named),
  /** To another split. */
  moved: z.array(z.object({ id: z.string(), from: Split, to: Split })),
  /** Belongs together with other examples than before. */
  regrouped: z.array(z.string()),
  /** Another document under the same id. */
  replaced: z.array(z.string()),
  /** The same document with other labels. */
  relabelled: z.array(
    z.object({
      id: z.string(),
      added: z.array(LabelledIssue),
      removed: z.array(LabelledIssue),
      /** The same type at the same place, told otherwise. */
      changed: z.array(z.object({ before: LabelledIssue, after: LabelledIssue })),
    }),
  ),
})
export type DatasetDiff = z.infer<typeof DatasetDiff>

/** Examples of which the texts are copies, versions or pages of each other. */
const Copies = z.object({ examples: z.array(Named) })

export const DatasetCheck = z.object({
  dataset: z.string(),
  hash: z.string(),
  /** Whether the content is what the hash says. */
  intact: z.boolean(),
  /** Examples whose document was forgotten. */
  forgotten: z.int(),
  /** How many there are; the lists stop at a hundred. */
  counts: z.object({ straddling: z.int(), repeated: z.int(), leaks: z.int() }),
  /** Copies in more than one split: what is measured in one was seen in the other. */
  straddling: z.array(Copies),
  /** Copies within a split, which count twice. */
  repeated: z.array(Copies),
  /** What stands in prompts, rules and guidelines: of hidden examples, or, if you see none, of all you see. */
  leaks: z.array(
    z.object({
      id: z.string(),
      split: Split,
      kind: z.enum(['issue', 'sentence', 'passage']),
      text: z.string(),
      source: z.object({ name: z.string(), line: z.int() }),
    }),
  ),
})
export type DatasetCheck = z.infer<typeof DatasetCheck>

/** A document whose verdicts make an example that the dataset does not have so. */
export const ProposalEntry = z.object({
  /** Of its review, which names the proposal. */
  review: z.string(),
  /** What the example is, or would be, called. */
  id: z.string(),
  sha256: z.string(),
  name: z.string(),
  split: Split,
  /** Whether the dataset has the document with other labels. */
  relabels: z.boolean(),
  /** How many labels it would have. */
  issues: z.int().nonnegative(),
  verdicts: ReviewTally,
})
export type ProposalEntry = z.infer<typeof ProposalEntry>

const Reviews = z.array(z.string().max(100)).max(1000)

export const Added = DatasetVersionEntry.extend({
  /** False when there is nothing new in it. */
  added: z.boolean(),
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

export const Merged = Added.extend({
  /** Groups that went into `evaluation`. */
  retired: z.int().nonnegative(),
})
export type Merged = z.infer<typeof Merged>

/** The fields of an upload besides `file`. */
export const ImportFields = z.object({
  /** `replace`: the file is all that the version holds; `add`: examples with other ids stay. */
  mode: z.enum(['replace', 'add']).default('replace'),
  /** Drawn by the server's key, as each example says, or one for all. */
  splits: z.enum(['drawn', 'given', ...Split.options]).default('drawn'),
  note: z.string().max(1000).optional(),
})
export type ImportFields = z.infer<typeof ImportFields>

/** A version that others are compared with, measured on `test`. */
export const ReferenceMeasure = z.object({
  role: ReferenceRole,
  /** Of the flow. */
  version: z.string(),
  markedBy: PersonName,
  markedAt: Instant,
  /** Null when it was not measured on this `test`. Approvers are told no kind of issue with fewer than 10. */
  evaluation: EvaluationEntry.nullable(),
})
export type ReferenceMeasure = z.infer<typeof ReferenceMeasure>

/** The newest `test` of a dataset, and what others are compared with on it. */
export const ReferenceMeasures = z.object({
  dataset: z.string(),
  /** Of the split `test`; null when it has no example, or there is no such dataset. */
  test: z.string().nullable(),
  items: z.array(ReferenceMeasure),
})
export type ReferenceMeasures = z.infer<typeof ReferenceMeasures>

export const datasets = {
  list: procedure('datasets:read')
    .route({
      method: 'GET',
      path: '/datasets',
      summary: 'Datasets, each with its newest version',
      description: 'Of every version you see the splits that you may see, and nothing else.',
    })
    .output(z.object({ items: z.array(ListedDataset) })),
  versions: procedure('datasets:read')
    .route({
      method: 'GET',
      path: '/datasets/{dataset}/versions',
      summary: 'Versions of a dataset, newest first',
    })
    .input(PageInput.extend(ByName.shape))
    .output(page(DatasetVersionEntry)),
  version: procedure('datasets:read')
    .route({
      method: 'GET',
      path: '/datasets/{dataset}/versions/{version}',
      summary: 'One version: examples, issues and types of each split',
    })
    .input(ByVersion)
    .output(DatasetVersionEntry),
  entries: procedure('datasets:read')
    .route({
      method: 'GET',
      path: '/datasets/{dataset}/versions/{version}/entries',
      summary: 'Examples of a version without their texts, by id',
    })
    .input(PageInput.extend({ ...ByVersion.shape, split: Split.optional() }))
    .output(page(ExampleEntry)),
  examples: procedure('datasets:read')
    .route({
      method: 'GET',
      path: '/datasets/{dataset}/versions/{version}/examples',
      summary: 'Examples of a version with texts and labels, by id',
    })
    .input(
      PageInput.extend({
        ...ByVersion.shape,
        split: Split.optional(),
        limit: z.coerce.number().int().min(1).max(100).default(20),
      }),
    )
    .output(page(DatasetExample)),
  example: procedure('datasets:read')
    .route({
      method: 'GET',
      path: '/datasets/{dataset}/versions/{version}/example',
      summary: 'One example with text and labels',
    })
    .input(ByVersion.extend({ id: z.string().max(1000) }))
    .output(DatasetExample),
  diff: procedure('datasets:read')
    .route({
      method: 'GET',
      path: '/datasets/{dataset}/diff',
      summary: 'What differs between two versions',
    })
    .input(
      ByName.extend({
        from: VersionHash,
        to: VersionHash.default('newest'),
        /** Of each list. */
        limit: z.coerce.number().int().min(1).max(1000).default(100),
      }),
    )
    .output(DatasetDiff),
  import: procedure('datasets:write')
    .route({
      method: 'POST',
      path: '/datasets/{dataset}/versions',
      summary: 'Add a version, and the dataset with its first one',
      description:
        'Send the file as form field `file`: JSON Lines whose lines carry their `paragraphs`, or a ZIP archive of a folder that `proofloop evaluate --dataset` reads. What is there already, for you and in this order, is no new version.',
      successStatus: 201,
    })
    .input(ByName.extend({ ...ImportFields.shape, file: z.file() }))
    .output(Added),
  handOn: procedure('datasets:write')
    .route({
      method: 'PUT',
      path: '/datasets/{dataset}/owner',
      summary: 'Let another custodian own a dataset',
    })
    .input(ByName.extend({ person: z.string().max(100) }))
    .output(z.object({ owner: PersonName })),
  label: procedure('datasets:write')
    .route({
      method: 'POST',
      path: '/datasets/{dataset}/labels',
      summary: 'Add a version in which one example has these labels',
      description:
        'They are all that it has. Send the `hash` of the example as you read it: when somebody labelled it meanwhile, nothing is changed.',
    })
    .input(
      ByName.extend({
        id: z.string().max(1000),
        hash: Sha256,
        issues: z.array(LabelledIssue).max(10_000),
        note: z.string().max(1000).optional(),
      }),
    )
    .output(DatasetVersionEntry.extend({ added: Added.shape.added })),
  ofDocument: procedure('datasets:write')
    .route({
      method: 'GET',
      path: '/documents/{sha256}/examples',
      summary: 'Which example a document is in each dataset',
      description: 'Of the newest versions; also examples with its text that came from elsewhere.',
    })
    .input(z.object({ sha256: Sha256 }))
    .output(
      z.object({
        items: z.array(
          z.object({
            dataset: z.string(),
            /** Null where it is none yet. */
            id: z.string().nullable(),
          }),
        ),
      }),
    ),
  addDocument: procedure('datasets:write')
    .route({
      method: 'POST',
      path: '/datasets/{dataset}/documents',
      summary: 'Make an example of a document, to be labelled',
      description:
        'It has the labels that people gave it so far: accepted, changed and added issues of its newest review. It keeps the split that it came into.',
    })
    .input(ByName.extend({ sha256: Sha256 }))
    .output(
      Added.extend({
        /** What the example is called. */
        id: z.string(),
      }),
    ),
  check: procedure('datasets:read')
    .route({
      method: 'GET',
      path: '/datasets/{dataset}/versions/{version}/check',
      summary: 'Copies in a version, and what of it stands in prompts and rules',
      description: 'It looks at what you may see, and at nothing else.',
    })
    .input(ByVersion)
    .output(DatasetCheck),
  proposals: procedure('datasets:write')
    .route({
      method: 'GET',
      path: '/datasets/{dataset}/proposals',
      summary: 'What verdicts on documents that were reviewed whole would add',
    })
    .input(ByName.extend({ limit: z.coerce.number().int().min(1).max(500).default(100) }))
    .output(z.object({ items: z.array(ProposalEntry), more: z.boolean() })),
  merge: procedure('datasets:write')
    .route({
      method: 'POST',
      path: '/datasets/{dataset}/proposals/merge',
      summary: 'Add proposals as a new version, and let a third of `test` retire',
      description:
        'A copy goes to the group of what it is a copy of. What is to be hidden and stands in a prompt, a rule or guidelines is refused.',
    })
    .input(
      ByName.extend({
        reviews: Reviews,
        /** A third of the groups of `test` goes into `evaluation`. */
        rotate: z.boolean().default(false),
        note: z.string().max(1000).optional(),
      }),
    )
    .output(Merged),
  references: procedure('gates:read')
    .route({
      method: 'GET',
      path: '/datasets/{dataset}/references',
      summary: 'How baseline and anchor of the flow measure on the newest `test`',
      description:
        'For custodians and approvers, and nothing for who also writes prompts. The audit log knows of each look at figures.',
    })
    .input(ByName)
    .output(ReferenceMeasures),
  measureReferences: procedure('gates:write')
    .route({
      method: 'POST',
      path: '/datasets/{dataset}/references/measure',
      summary: 'Measure baseline and anchor on the newest `test`, where that is not done',
      description: 'After a rotation the server does it by itself. What failed is tried again.',
    })
    .input(ByName)
    .output(ReferenceMeasures),
  decline: procedure('datasets:write')
    .route({
      method: 'POST',
      path: '/datasets/{dataset}/proposals/decline',
      summary: 'Propose these no more, unless their verdicts change',
    })
    .input(ByName.extend({ reviews: Reviews }))
    .output(Done),
  export: procedure('datasets:export')
    .route({
      method: 'GET',
      path: '/datasets/{dataset}/versions/{version}/export',
      summary: 'A version as JSON Lines with texts and labels',
      description:
        'The header `repr-digest` has the SHA-256 of the file, `x-dataset-hash` that of the version.',
    })
    .input(ByVersion.extend({ split: Split.optional() }))
    .output(z.file()),
}

import { z } from 'zod'
import { Split } from '../access.ts'
import { LabelledIssue } from '../example.ts'
import { DatasetParagraph, ExampleProvenance, TypeCount } from '../stored-dataset.ts'
import { Instant, PersonName } from '../workplace.ts'
import { datasetLabels } from './dataset-labels.ts'
import { datasetProposals } from './dataset-proposals.ts'
import { datasetReferences } from './dataset-references.ts'
import {
  Added,
  ByName,
  ByVersion,
  Copies,
  DatasetVersionEntry,
  FoundLeak,
  Named,
  VersionHash,
} from './dataset-version.ts'
import { countsAsText, page, PageInput, procedure } from './procedure.ts'

/** A dataset by its newest version. */
export const ListedDataset = DatasetVersionEntry.extend({
  /** Who answers for it: who made it, until it is handed on. Null: the command line did, without an account. */
  owner: PersonName.nullable(),
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
  /** Who said its split by hand; left out where it was drawn, or given by a file. */
  splitSaidBy: PersonName.optional(),
})
export type ExampleEntry = z.infer<typeof ExampleEntry>

export const DatasetExample = ExampleEntry.extend({
  /** Null when its document was forgotten, as are its labels. */
  paragraphs: z.array(DatasetParagraph).nullable(),
  labels: z.array(LabelledIssue).nullable(),
})
export type DatasetExample = z.infer<typeof DatasetExample>

/** In lists, whole texts and labels stand for those alone who may export. */
export const ListedExample = DatasetExample.extend({
  /** Of its text; null when its document was forgotten. */
  beginning: z.string().nullable(),
  /** How many paragraphs it has; null when its document was forgotten. */
  length: z.int().nonnegative().nullable(),
})
export type ListedExample = z.infer<typeof ListedExample>

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

export const DatasetCheck = z.object({
  dataset: z.string(),
  hash: z.string(),
  /** Whether the content is what the hash says. */
  intact: z.boolean(),
  /** Examples whose document was forgotten. */
  forgotten: z.int(),
  /** Examples with fewer than 20 words: of these only copies with the same words are told. */
  short: z.int(),
  /** How many there are; the lists stop at a hundred. */
  counts: z.object({
    /** Null: not looked for, as you see one split only. */
    straddling: z.int().nullable(),
    repeated: z.int(),
    leaks: z.int(),
    /** Null: not looked for, as you see no hidden examples. */
    elsewhere: z.int().nullable(),
  }),
  /** Files of prompts, guidelines, shots, rules, recordings and others of the flow that were searched for leaks. */
  searched: z.int(),
  /** The folder of the flow that was searched, or the name of a server's flow. */
  flow: z.string(),
  /** Files of it that are too large, or too many, and were not read. */
  left: z.int().nonnegative(),
  /** Copies, and parts of one document, in more than one split: what is measured in one was seen in the other. */
  straddling: z.array(Copies),
  /** Copies within a split, which count twice. */
  repeated: z.array(Copies),
  /** What stands in prompts, rules and guidelines: of hidden examples, or, if you see none, of all you see. */
  leaks: z.array(FoundLeak),
  /**
   * Hidden examples that engineers can read as the same text or a near copy: in another dataset, or (null)
   * among documents or in what a dataset has shown once. None unless you see hidden examples.
   */
  elsewhere: z.array(z.object({ id: z.string(), split: Split, dataset: z.string().nullable() })),
})
export type DatasetCheck = z.infer<typeof DatasetCheck>

/** The fields of an upload besides `file`. */
export const ImportFields = z.object({
  /** `replace`: the file is all that the version holds; `add`: examples with other ids stay. */
  mode: z.enum(['replace', 'add']).default('replace'),
  /** Drawn by the server's key, as each example says, or one for all. */
  splits: z.enum(['drawn', 'given', ...Split.options]).default('drawn'),
  note: z.string().max(1000).optional(),
  /**
   * What the columns of JSON Lines are called that hold our fields: JSON of an object,
   * `{"id": "name", "issues": "gt_json"}`, or of a list, `["id=name", "issues=${data.gt_json}"]`.
   */
  columnMapping: z.string().max(2000).optional(),
  /** `true` confirms that engineers get to see what is hidden until now. */
  showHidden: z.enum(['true', 'false']).default('false'),
})
export type ImportFields = z.infer<typeof ImportFields>

/** What somebody who may not export opened on a day (UTC). */
export const OpenedTextsEntry = z.object({
  person: PersonName,
  day: z.iso.date(),
  /** Different ones: documents, examples, and mistakes of an evaluation. */
  texts: z.int().positive(),
  /** As what they count: long lists of mistakes count as several. */
  counted: z.int().positive(),
  /** When the last one was opened for the first time on that day. */
  lastAt: Instant,
  /** Those of each split of a dataset (`letters@evaluation`), and of `documents` that they were not given. */
  parts: z.array(z.object({ name: z.string(), counted: z.int().positive() })),
})
export type OpenedTextsEntry = z.infer<typeof OpenedTextsEntry>

export const datasets = {
  ...datasetLabels,
  ...datasetProposals,
  ...datasetReferences,
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
      summary: 'Examples of a version with the beginnings of their texts, by id',
      description:
        'With `datasets:export`, also with whole texts and labels; without, `paragraphs` and `labels` are null here.',
    })
    .input(
      PageInput.extend({
        ...ByVersion.shape,
        split: Split.optional(),
        limit: z.coerce.number().int().min(1).max(100).default(20),
      }),
    )
    .output(page(ListedExample)),
  example: procedure('datasets:read')
    .route({
      method: 'GET',
      path: '/datasets/{dataset}/versions/{version}/example',
      summary: 'One example with text and labels',
      description: `Without \`datasets:export\` ${countsAsText}`,
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
        'Send the file as form field `file`: JSON Lines whose lines carry their `paragraphs`, or a ZIP archive of a folder that `proofloop evaluate --dataset` reads. Lines whose columns have other names, such as those of prompt flow, come with `columnMapping`: JSON of an object of our fields (`id`, `document`, `paragraphs`, `issues`, `group`, `split`) and their columns, or of a list as `--column-mapping` takes it. Other form fields are refused. What is there already, for you and in this order, is no new version.',
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
  check: procedure('datasets:read')
    .route({
      method: 'GET',
      path: '/datasets/{dataset}/versions/{version}/check',
      summary: 'Copies in a version, and what of it stands in prompts and rules',
      description: 'It looks at what you may see, and at nothing else.',
    })
    .input(ByVersion)
    .output(DatasetCheck),
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
  openedTexts: procedure('datasets:export')
    .route({
      method: 'GET',
      path: '/opened-texts',
      summary: 'How many texts people opened who may not export, by day, newest first',
    })
    .input(z.object({ limit: z.coerce.number().int().min(1).max(500).default(100) }))
    .output(
      z.object({
        items: z.array(OpenedTextsEntry),
        /** As many as a person may open on a day. */
        most: z.int().positive(),
        /** As much of each split, at least ten. */
        share: z.number(),
      }),
    ),
}

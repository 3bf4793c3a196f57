import type { DocumentReader } from '../document/document-reader.ts'
import type { Split } from '../schema/access.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { Example } from '../schema/example.ts'
import type { DatasetParagraph, ExampleProvenance } from '../schema/stored-dataset.ts'
import { loadExampleDocuments, type LoadOptions } from './example-document.ts'
import { withoutEmpty } from './fields.ts'

/** An example whose document was read, as versions are made of them. */
export type LoadedExample = Pick<Example, 'id' | 'issues' | 'group' | 'extra'> & {
  paragraphs: DatasetParagraph[]
  /** What the text was read from, where that is known. */
  file?: ExampleProvenance['file']
  /** As the dataset's files say; whether that counts is for who imports them to say. */
  split?: Split
  /** Of a document that is in the store. */
  origin?: {
    /** Its id in the store. */
    document: string
    /** Its group, which may be that of a near-copy. */
    group: string
    review?: ExampleProvenance['review']
    chosen?: ExampleProvenance['chosen']
  }
}

function loadedExample(example: Example, document: ReviewDocument): LoadedExample {
  const { id, issues, group, split } = example
  const extra = {
    ...('file' in example.document && withoutEmpty({ lang: document.language })),
    ...example.extra,
  }
  return {
    id,
    issues,
    ...read(example, document),
    ...withoutEmpty({ group, split, extra: Object.keys(extra).length > 0 ? extra : undefined }),
  }
}

function read(
  { document: given }: Example,
  { paragraphs, name, sha256 }: ReviewDocument,
): Pick<LoadedExample, 'paragraphs' | 'file' | 'origin'> {
  if ('file' in given) {
    const texts = paragraphs.map(({ index, page, text }) => ({ index, page, text }))
    return { paragraphs: texts, file: { name, sha256 } }
  }
  const { paragraphs: texts, source } = given
  if (source === undefined) return { paragraphs: texts }
  const { stored: origin, ...file } = source
  return { paragraphs: texts, file, ...withoutEmpty({ origin }) }
}

/** Reads the documents of examples; the reader bounds how many are read at once. */
export async function loadExamples(
  examples: readonly Example[],
  reader: Pick<DocumentReader, 'read'>,
  options: LoadOptions = {},
): Promise<LoadedExample[]> {
  const documents = await loadExampleDocuments(examples, reader, options)
  return examples.map((example) => {
    const document = documents.get(example.id)
    if (document === undefined) throw new Error(`The document of ${example.id} was not read.`)
    return loadedExample(example, document)
  })
}

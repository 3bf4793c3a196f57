import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../lib/errors.ts'
import { printable } from '../lib/printable.ts'
import type { Example } from '../schema/example.ts'
import { canonicalJson, contentHash } from '../lib/content-hash.ts'
import { readCsvIssues } from './csv-issues.ts'
import { readDocumentsFolder } from './documents-folder.ts'
import { readExampleLines } from './example-lines.ts'
import type { ReadFrom } from './named-documents.ts'
import { isFile } from './read-text-file.ts'

export type Dataset = {
  /** As the user named it. */
  name: string
  /** At least one; documents without an issue too. */
  examples: Example[]
  /** Of the documents and issues: the same in another folder, file order or line order. */
  hash: string
}

/** As `readExamples`, with the name and the hash of what was read. */
export async function readDataset(
  name: string,
  cwd: string,
  from: ReadFrom = {},
): Promise<Dataset> {
  const examples = await readExamples(name, cwd, from)
  return { name, examples, hash: await hashExamples(examples) }
}

/**
 * Reads the examples of a dataset: a folder with `documents.jsonl` and `gold.jsonl`, a JSON Lines file with
 * document files beside it (ours or the reference app's ground truth), or a CSV file.
 * @returns at least one; documents without an issue too
 * @throws UserFacingError that names file, line, column and reason; nothing is half-read
 */
export async function readExamples(
  named: string,
  cwd: string,
  from: ReadFrom = {},
): Promise<Example[]> {
  const location = path.resolve(cwd, named)
  const name = printable(named)
  const status = await stat(location).catch((cause: unknown) => {
    const message = `The dataset ${name} does not exist or cannot be reached. Check the path.`
    throw new UserFacingError('dataset-not-found', message, { cause })
  })
  const isTable = path.extname(location).toLowerCase() === '.csv'
  if (from.columns !== undefined && (isTable || status.isDirectory())) {
    throw new UserFacingError(
      'column-mapping',
      `A column mapping is for JSON Lines with one document a line, which ${name} is not.`,
    )
  }
  if (!status.isDirectory()) {
    return isTable ? readCsvIssues(location, name, from) : readExampleLines(location, name, from)
  }
  const needed = ['documents.jsonl', 'gold.jsonl']
  const found = await Promise.all(needed.map((file) => isFile(path.join(location, file))))
  const missing = needed.filter((_, index) => !found[index])
  if (missing.length === 0) return readDocumentsFolder(location, name)
  throw new UserFacingError(
    'dataset-incomplete',
    `The folder ${name} is no dataset: it has no ${missing.join(' and no ')}. Name such a folder, or a .jsonl or .csv file.`,
  )
}

async function hashExamples(examples: readonly Example[]): Promise<string> {
  const contents = await Promise.all(
    examples.map(async ({ id, document, issues, group, split, extra }) =>
      canonicalJson({
        id,
        document: 'file' in document ? { sha256: await hashFile(document.file) } : document,
        issues: issues.map(canonicalJson).toSorted(),
        group,
        // A field like any other, to whom it tells nothing.
        extra: split === undefined ? extra : { ...extra, split },
      }),
    ),
  )
  return contentHash(contents.toSorted())
}

async function hashFile(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
}

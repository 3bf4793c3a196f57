import { createHash } from 'node:crypto'
import type { Split } from '../schema/access.ts'
import type { LabelledIssue } from '../schema/example.ts'
import type { DatasetEntry, DatasetVersion } from '../schema/stored-dataset.ts'
import type { Readable } from './dataset-reads.ts'
import { isFields, withoutEmpty } from './fields.ts'
import { isRowField } from './issue-row.ts'
import type { LoadedExample } from './loaded-example.ts'

/**
 * A version as JSON Lines that carry their texts, by id: reading them again, with the splits that they
 * say, gives the same version. Examples whose document was forgotten are left out.
 */
export async function* exportLines(
  reader: Pick<Readable, 'allEntries' | 'allExamples'>,
  version: DatasetVersion,
  split?: Split,
): AsyncGenerator<string> {
  const names = await groupNames(reader.allEntries(version, split))
  for await (const example of reader.allExamples(version, split)) {
    const group = names.get(example.group)
    if (example.content === null) continue
    const { paragraphs, labels } = example.content
    const { id, split: own, provenance } = example
    const line = { id, split: own, group, file: provenance?.file, paragraphs, ...labels }
    yield `${JSON.stringify(exampleLine(line))}\n`
  }
}

/** One for each group, also where only some of it is told to belong to something; none for what is alone. */
async function groupNames(
  entries: AsyncIterable<DatasetEntry>,
): Promise<Map<string, string | undefined>> {
  const groups = new Map<string, { members: number; name?: string }>()
  for await (const { group, provenance } of entries) {
    const { members = 0, name } = groups.get(group) ?? {}
    groups.set(group, { members: members + 1, name: name ?? provenance?.group })
  }
  return new Map(
    Array.from(groups, ([group, { members, name }]) => {
      return [group, name ?? (members > 1 ? group : undefined)]
    }),
  )
}

/** An example as a line that carries its text, or names the document in the store that it is made of. */
export function exampleLine({ id, paragraphs, issues, extra, ...more }: LoadedExample): object {
  const { split, group, file, origin } = more
  return {
    ...furtherFields(extra, (name) => lineFields.includes(name)),
    id,
    ...withoutEmpty({ split, group }),
    ...(origin === undefined
      ? { ...withoutEmpty({ document: file?.name, sha256: file?.sha256 }), ...textsOf(paragraphs) }
      : { document: file?.sha256 }),
    issues: issues.map(rowOf),
  }
}

function textsOf(paragraphs: LoadedExample['paragraphs']) {
  return {
    paragraphs: paragraphs.map(({ page, text }) => (page === undefined ? text : { page, text })),
  }
}

/** What a line has for something else; a field that is called so goes into `extra`. */
const lineFields = [
  'id',
  'split',
  'group',
  'document',
  'pdf_name',
  'sha256',
  'paragraphs',
  'issues',
  'extra',
]

function furtherFields(
  fields: Record<string, unknown> = {},
  isTaken: (name: string, value: unknown) => boolean,
): Record<string, unknown> {
  const all = Object.entries(fields)
  const taken = all.filter(([name, value]) => isTaken(name, value))
  const free = all.filter(([name, value]) => !isTaken(name, value))
  return {
    ...Object.fromEntries(free),
    ...(taken.length > 0 && { extra: Object.fromEntries(taken) }),
  }
}

/** What we have no word for goes back to where it stood. */
function rowOf({ extra, location, ...issue }: LabelledIssue): object {
  const { location: further, ...rest } = furtherFields(extra, isRowField)
  return { ...rest, ...issue, location: { ...(isFields(further) && further), ...location } }
}

type Written = { content: AsyncIterable<Uint8Array>; sha256: string; bytes: number }

/**
 * The same as a file whose hash is known before its first byte: it is read twice, so that nothing of it
 * has to lie on a disk. Versions never change.
 */
export async function exportFile(
  reader: Pick<Readable, 'allEntries' | 'allExamples'>,
  version: DatasetVersion,
  split?: Split,
): Promise<Written> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const line of exportLines(reader, version, split)) {
    hash.update(line)
    bytes += Buffer.byteLength(line)
  }
  const content = bytesOf(exportLines(reader, version, split))
  return { content, sha256: hash.digest('hex'), bytes }
}

async function* bytesOf(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const line of lines) yield Buffer.from(line)
}

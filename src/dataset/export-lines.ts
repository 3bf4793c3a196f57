import type { Split } from '../schema/access.ts'
import type { LabelledIssue } from '../schema/example.ts'
import type { DatasetEntry, DatasetVersion, StoredExample } from '../schema/stored-dataset.ts'
import { withoutEmpty } from './fields.ts'

type Readable = {
  allEntries(version: DatasetVersion, split?: Split): AsyncIterable<DatasetEntry>
  allExamples(version: DatasetVersion, split?: Split): AsyncIterable<StoredExample>
}

/**
 * A version as JSON Lines that carry their texts, by id: reading them again, with the splits that they
 * say, gives the same version. Examples whose document was forgotten are left out.
 */
export async function* exportLines(
  reader: Readable,
  version: DatasetVersion,
  split?: Split,
): AsyncGenerator<string> {
  const members = new Map<string, number>()
  for await (const { group } of reader.allEntries(version, split)) {
    members.set(group, (members.get(group) ?? 0) + 1)
  }
  for await (const example of reader.allExamples(version, split)) {
    const isAlone = members.get(example.group) === 1
    const group = example.provenance?.group ?? (isAlone ? undefined : example.group)
    if (example.content !== null) yield `${JSON.stringify(lineOf(example, group))}\n`
  }
}

function lineOf(
  { id, split, provenance, content }: StoredExample,
  group: string | undefined,
): object {
  const { file } = provenance ?? {}
  return {
    ...content?.labels.extra,
    id,
    split,
    ...withoutEmpty({ group, document: file?.name, sha256: file?.sha256 }),
    paragraphs: content?.paragraphs.map(({ page, text }) =>
      page === undefined ? text : { page, text },
    ),
    issues: content?.labels.issues.map(rowOf),
  }
}

/** What we have no word for goes back to where it stood. */
function rowOf({ extra = {}, location, ...issue }: LabelledIssue): object {
  const { location: ofLocation, ...rest } = extra
  const known = typeof ofLocation === 'object' ? { ...ofLocation, ...location } : location
  return { ...rest, ...issue, location: known }
}

import type { DatasetVersion } from '../schema/stored-dataset.ts'
import type { Readable } from './dataset-reads.ts'
import { diffIssues, diffVersions, type IssueDiff, type VersionDiff } from './diff-versions.ts'

type StoredDiff = VersionDiff & {
  /** What is told otherwise in the first of the examples with other labels. */
  labels: (IssueDiff & { id: string })[]
}

type Compared = {
  before: DatasetVersion
  after: DatasetVersion
  /** Of so many examples the labels are compared one by one. */
  detailed: number
}

/** Of what the reader may see: what moved out of their sight was removed, to them. */
export async function diffStoredVersions(
  reader: Pick<Readable, 'allEntries' | 'example'>,
  { before, after, detailed }: Compared,
): Promise<StoredDiff> {
  const [old, now] = await Promise.all([
    Array.fromAsync(reader.allEntries(before)),
    Array.fromAsync(reader.allEntries(after)),
  ])
  const diff = diffVersions(old, now)
  const labels: StoredDiff['labels'] = []
  for (const id of diff.relabelled.slice(0, detailed)) {
    const [left, right] = await Promise.all([reader.example(before, id), reader.example(after, id)])
    const issues = [left, right].map((example) => example?.content?.labels.issues ?? [])
    labels.push({ id, ...diffIssues(issues[0] ?? [], issues[1] ?? []) })
  }
  return { ...diff, labels }
}

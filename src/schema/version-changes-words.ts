import type { VersionChanges } from './api/dataset-version.ts'

/** What a version has otherwise than the one before, in words; empty when there is nothing. */
export function versionChangesInWords({
  added,
  removed,
  moved,
  replaced,
  relabelled,
}: VersionChanges): string {
  return [
    ...added.map(({ split, examples }) => `${examples} added to ${split}`),
    ...removed.map(({ split, examples }) => `${examples} removed from ${split}`),
    ...moved.map(({ from, to, examples }) => `${examples} moved from ${from} to ${to}`),
    ...(replaced > 0 ? [`${replaced} with another text`] : []),
    ...(relabelled > 0 ? [`${relabelled} with other labels`] : []),
  ].join(', ')
}

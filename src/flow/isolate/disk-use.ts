import type { StatsFs } from 'node:fs'

/** As a file system tells of itself. */
export type DiskState = Pick<StatsFs, 'bavail' | 'bsize' | 'files' | 'ffree'>

/**
 * What was taken too much of on a disk. Files are counted as those that it has, not as those that it still has room for:
 * where inodes are made as they are needed (ZFS, XFS that fills up, either below an overlay), each block that is
 * written takes the room of some. What counts none tells 0 (btrfs).
 */
export function excessOnDisk(
  before: DiskState,
  now: DiskState,
  most: { disk: number; files: number },
): 'disk' | 'files' | null {
  if (bytesLeft(before) - bytesLeft(now) > most.disk) return 'disk'
  return filesOn(now) - filesOn(before) > most.files ? 'files' : null
}

function bytesLeft({ bavail, bsize }: DiskState): number {
  return bavail * bsize
}

function filesOn({ files, ffree }: DiskState): number {
  return files - ffree
}

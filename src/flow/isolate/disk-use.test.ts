import { expect, test } from 'vitest'
import { type DiskState, excessOnDisk } from './disk-use.ts'

const most = { disk: 1024 * 2 ** 20, files: 15_000 }
const written = 300 * 2 ** 20

type Disk = { empty: DiskState; written: DiskState; many: DiskState; isCounted: boolean }

function measured(isCounted: boolean, rows: [bavail: number, files: number, ffree: number][]) {
  const [empty, filled, many] = rows.map(([bavail, files, ffree]) => {
    return { bsize: 4096, bavail, files, ffree }
  }) as [DiskState, DiskState, DiskState]
  return { empty, written: filled, many, isCounted }
}

/** As `zfs_statvfs` tells it: for each 512 bytes that are left there could be one more. */
function zfs(bytes: number, objects: number): DiskState {
  const ffree = Math.floor(bytes / 512)
  const bsize = 131_072
  return { bsize, bavail: Math.floor(bytes / bsize), files: ffree + objects, ffree }
}

const left = 80 * 2 ** 30

/** Read by `statfs` on Linux 6: empty, with a file of 300 MB, and with 20,000 empty ones besides. */
const disks: Record<string, Disk> = {
  ext4: measured(true, [
    [955_110, 262_144, 262_133],
    [878_310, 262_144, 262_132],
    [878_186, 262_144, 242_132],
  ]),
  tmpfs: measured(true, [
    [262_144, 3_085_456, 3_085_455],
    [185_344, 3_085_456, 3_085_454],
    [185_344, 3_085_456, 3_065_454],
  ]),
  'tmpfs without a number of inodes': measured(false, [
    [262_144, 0, 0],
    [185_344, 0, 0],
    [185_344, 0, 0],
  ]),
  'XFS with much left': measured(true, [
    [1_016_730, 2_097_152, 2_097_149],
    [939_930, 2_097_152, 2_097_148],
    [937_233, 2_097_152, 2_077_148],
  ]),
  'XFS of which four fifths are full': measured(true, [
    [197_530, 1_580_304, 1_580_300],
    [120_730, 965_904, 965_899],
    [118_033, 964_296, 944_291],
  ]),
  'overlayfs above such a XFS': measured(true, [
    [118_033, 964_296, 944_287],
    [41_233, 349_896, 329_886],
    [38_529, 348_296, 308_286],
  ]),
  btrfs: measured(false, [
    [913_152, 0, 0],
    [836_352, 0, 0],
    [836_352, 0, 0],
  ]),
  ZFS: {
    empty: zfs(left, 1_000_000),
    written: zfs(left - written, 1_000_001),
    many: zfs(left - written - 20_000 * 512, 1_020_001),
    isCounted: true,
  },
}

test.each(Object.entries(disks))('what is written is no file more: %s', (_, disk) => {
  expect(excessOnDisk(disk.empty, disk.written, most)).toBeNull()
})

test.each(Object.entries(disks))('files are counted where the disk counts them: %s', (_, disk) => {
  expect(excessOnDisk(disk.empty, disk.many, most)).toBe(disk.isCounted ? 'files' : null)
  expect(excessOnDisk(disk.empty, disk.many, { ...most, files: 25_000 })).toBeNull()
})

test.each(Object.entries(disks))('a disk that gets too full by bytes is told so: %s', (_, disk) => {
  const tight = { ...most, disk: written - 2 ** 20 }
  expect(excessOnDisk(disk.empty, disk.many, tight)).toBe('disk')
  expect(excessOnDisk(disk.many, disk.empty, tight)).toBeNull()
})

import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { requireHash } from './names.ts'
import type { GitPlace } from './open-git-place.ts'
import type { Signature } from './commit-files.ts'

/** Of a pack, the kinds by their numbers. */
const kinds = { commit: 1, tree: 2, blob: 3 } as const

type Kind = keyof typeof kinds

/** Objects that are made here, to be written in one go; their hashes are known before. */
export type NewObjects = {
  blob(content: string | Uint8Array): string
  /** Of files in one folder, their hashes by their names. */
  tree(files: ReadonlyMap<string, string>): string
  /** By Proofloop. */
  commit(commit: { tree: string; parents: readonly string[]; message: string; at: Date }): string
  /** After that they are in the repository, all of them. */
  write(): Promise<void>
}

export function newObjects(place: Pick<GitPlace, 'objects' | 'objectFormat'>): NewObjects {
  const made = new Map<string, { kind: Kind; content: Buffer }>()
  const add = (kind: Kind, content: Buffer): string => {
    const hash = hashOf(place, kind, content)
    made.set(hash, { kind, content })
    return hash
  }
  return {
    blob: (content) => add('blob', Buffer.from(content)),
    tree: (files) => add('tree', treeContent(files)),
    commit: (commit) => add('commit', commitContent(commit)),
    async write() {
      const input = packOf(place, [...made.values()])
      await place.objects(['unpack-objects', '-q', '--strict'], { input })
    },
  }
}

/** What git calls an object of this content. */
function hashOf(
  { objectFormat }: Pick<GitPlace, 'objectFormat'>,
  kind: Kind,
  content: Uint8Array,
): string {
  const hash = createHash(objectFormat)
  return hash.update(`${kind} ${content.length}\0`).update(content).digest('hex')
}

function treeContent(files: ReadonlyMap<string, string>): Buffer {
  const sorted = [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const entries = sorted.flatMap(([name, hash]) => [
    Buffer.from(`100644 ${name}\0`),
    Buffer.from(requireHash(hash), 'hex'),
  ])
  return Buffer.concat(entries)
}

const ours: Signature = { name: 'Proofloop', email: 'proofloop@localhost' }

function commitContent({ tree, parents, message, at }: Parameters<NewObjects['commit']>[0]) {
  const when = `${Math.floor(at.getTime() / 1000)} +0000`
  const lines = [
    `tree ${requireHash(tree)}`,
    ...parents.map((parent) => `parent ${requireHash(parent)}`),
    `author ${ours.name} <${ours.email}> ${when}`,
    `committer ${ours.name} <${ours.email}> ${when}`,
    '',
    message.replaceAll('\0', ''),
  ]
  return Buffer.from(lines.join('\n'))
}

/** As git sends them: a header, each of them packed, and a hash of it all. */
function packOf(
  { objectFormat }: Pick<GitPlace, 'objectFormat'>,
  objects: readonly { kind: Kind; content: Buffer }[],
): Buffer {
  const header = Buffer.from('PACK\0\0\0\0\0\0\0\0', 'latin1')
  header.writeUInt32BE(2, 4)
  header.writeUInt32BE(objects.length, 8)
  const packed = objects.flatMap(({ kind, content }) => [
    entryHeader(kinds[kind], content.length),
    deflateSync(content),
  ])
  const pack = Buffer.concat([header, ...packed])
  return Buffer.concat([pack, createHash(objectFormat).update(pack).digest()])
}

/** Kind and size: four bits of it, then seven in each byte, the lowest first; the highest bit says that more come. */
function entryHeader(kind: number, size: number): Buffer {
  const bytes = [(kind << 4) | (size & 15)]
  for (let left = Math.floor(size / 16); left > 0; left = Math.floor(left / 128)) {
    const last = bytes.length - 1
    bytes[last] = (bytes[last] ?? 0) | 128
    bytes.push(left & 127)
  }
  return Buffer.from(bytes)
}

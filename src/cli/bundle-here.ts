import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { bundleFlow, packBundle, type PackedBundle } from '../flow/bundle.ts'
import { findFlow } from '../flow/find-flow.ts'
import { printable } from '../lib/printable.ts'
import type { Bundle } from '../schema/bundle.ts'
import { count } from '../schema/figure-words.ts'
import type { Io } from './io.ts'

export type BundleHere = {
  /** Of its folder. */
  name: string
  bundle: Bundle
  packed: PackedBundle
  /** Files in folders of agents that are not in it. */
  leftOut: string[]
}

/** The flow in the folder that is named, else in the current one. @throws UserFacingError as `bundleFlow` */
export async function bundleHere(
  { flow = '.', paragraphsPerChunk }: { flow?: string; paragraphsPerChunk: number },
  { cwd }: Pick<Io, 'cwd'>,
): Promise<BundleHere> {
  const directory = findFlow(flow, cwd)
  const bundle = await bundleFlow(directory, { paragraphsPerChunk })
  return {
    name: path.basename(directory),
    bundle,
    packed: packBundle(bundle),
    leftOut: await leftOutOf(directory, bundle),
  }
}

async function leftOutOf(directory: string, bundle: Bundle): Promise<string[]> {
  const inside = new Set(filesOf(bundle).map(({ file }) => file))
  const entries = await readdir(path.join(directory, 'agents'), {
    recursive: true,
    withFileTypes: true,
  })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => path.relative(directory, path.join(parentPath, name)))
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => !inside.has(file))
    .toSorted()
}

type BundledFile = { file: string; bytes: number; crlf: boolean }

function filesOf({ agents }: Bundle): BundledFile[] {
  return agents.flatMap(({ name: agent, files }) =>
    files.map(({ name, text }) => ({
      file: `agents/${agent}/${name}`,
      bytes: Buffer.byteLength(text),
      crlf: text.includes('\r\n'),
    })),
  )
}

function codeLines(bundle: Bundle): string[] {
  if (bundle.format === 'proofloop-bundle-1') return []
  const { text, sha256 } = bundle.code
  const bytes = Buffer.byteLength(text).toLocaleString('en')
  return [`  code of the flow and what it imports: ${bytes} bytes, ${sha256}`]
}

/** All that leaves this machine. */
export function printBundle(
  { name, bundle, packed, leftOut }: BundleHere,
  { stdout, json }: Pick<Io, 'stdout'> & { json: boolean },
): void {
  const files = filesOf(bundle)
  const { sha256, bytes } = packed
  const { models, paragraphsPerChunk } = bundle
  const facts = {
    sha256,
    name,
    bytes: bytes.byteLength,
    paragraphsPerChunk,
    models,
    ...('code' in bundle && { code: bundle.code.sha256 }),
  }
  if (json) {
    stdout.write(`${JSON.stringify({ ...facts, files, leftOut }, null, 2)}\n`)
    return
  }
  const width = Math.max(...files.map(({ bytes: own }) => own.toLocaleString('en').length))
  const lines = [
    `Bundle ${sha256} of ${printable(name)}: ${count(files.length, 'file')}, ${bytes.byteLength.toLocaleString('en')} bytes`,
    ...files.map(
      ({ file, bytes: own, crlf }) =>
        `  ${own.toLocaleString('en').padStart(width)}  ${file}${crlf ? '  (lines end in CR LF)' : ''}`,
    ),
    ...codeLines(bundle),
    ...Object.entries(models).map(
      ([alias, { parameters }]) =>
        `  parameters of the model ${alias}: ${JSON.stringify(parameters)}`,
    ),
    ...leftOut.map((file) => `  not in it: ${printable(file)}`),
  ]
  stdout.write(`${lines.join('\n')}\n`)
}

import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { modelsOf } from '../agent/agent.ts'
import { loadAgents } from '../agent/load-agents.ts'
import { canonicalJson } from '../lib/content-hash.ts'
import { UserFacingError } from '../lib/errors.ts'
import { printable } from '../lib/printable.ts'
import { Bundle } from '../schema/bundle.ts'
import type { FlowContent } from '../schema/flow-manifest.ts'
import { sealCode } from './bundle-code.ts'
import { readContent } from './flow-content.ts'

export type PackedBundle = { bytes: Uint8Array; sha256: string }

const largest = 3 * 2 ** 20
const mostFiles = 2000

const codeEndings = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs', 'py', 'sh', 'wasm', 'node']
/** Those of a flow's folder that Proofloop neither runs nor passes over in silence. */
const foreignCode = ['flow.cts', 'flow.cjs', 'flow.py', 'flow.sh', 'flow.wasm', 'flow.node']

/**
 * Makes a bundle of the flow in a folder. Only files of agents are read, its code with what that imports,
 * and the configuration for the parameters of the models that agents ask; of code, of all models.
 * @throws UserFacingError bundle-with-code, flow-code-invalid, flow-code-external, flow-file-link, and those of
 * agents and the configuration
 */
export async function bundleFlow(
  directory: string,
  { paragraphsPerChunk }: Pick<FlowContent, 'paragraphsPerChunk'>,
): Promise<Bundle> {
  const foreign = foreignCode.find((name) => existsSync(path.join(directory, name)))
  if (foreign !== undefined) throw unknownCode(foreign)
  const { agents, models, code } = await readContent(directory, '')
  const loaded = await loadAgents(path.join(directory, 'agents'), undefined, { gap: () => null })
  const asked = loaded.flatMap((agent) => (agent.status === 'loaded' ? modelsOf(agent) : []))
  const parameters = Object.entries(models)
    .filter(([alias]) => code !== undefined || asked.includes(alias))
    .map(([alias, settings]) => [alias, { parameters: settings.parameters }] as const)
  const parts = { paragraphsPerChunk, agents, models: Object.fromEntries(parameters) }
  return code === undefined
    ? { format: 'proofloop-bundle-1', ...parts }
    : { format: 'proofloop-bundle-2', ...parts, code }
}

/**
 * Canonical JSON in UTF-8, without a time, a mode, an owner or a path: equal trees are equal bytes, wherever
 * they lie and whoever packs them.
 * @throws UserFacingError bundle-too-large
 */
export function packBundle(bundle: Bundle): PackedBundle {
  const bytes = Buffer.from(canonicalJson(bundle))
  requireSize(bytes, bundle.agents)
  return hashedBundle(bytes)
}

/** Bytes that came without a hash, under the one that they have. */
export function hashedBundle(bytes: Uint8Array): PackedBundle {
  return { bytes, sha256: hashOf(bytes) }
}

/**
 * The bundle in bytes that came from somewhere. What `packBundle` would not write is refused, so that nothing
 * else hides in them and one content has one hash.
 * @throws UserFacingError bundle-hash-mismatch, bundle-too-large, bundle-with-code, bundle-invalid
 */
export function readBundle({ bytes, sha256 }: PackedBundle): Bundle {
  requireSize(bytes, [])
  if (hashOf(bytes) !== sha256) {
    const sentence =
      'These bytes have another SHA-256 than the address says. Send the bundle again.'
    throw new UserFacingError('bundle-hash-mismatch', sentence)
  }
  const raw = parse(bytes)
  refuseCode(raw)
  const bundle = Bundle.safeParse(raw)
  if (!bundle.success) {
    const [issue] = bundle.error.issues
    throw invalid(`${issue?.path.join('.') || 'the whole'}: ${issue?.message}`)
  }
  requireSize(bytes, bundle.data.agents)
  requireOwnHash(bundle.data)
  if (Buffer.from(canonicalJson(bundle.data)).equals(bytes)) return bundle.data
  throw invalid('it is not written as Proofloop writes it')
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch (error) {
    throw invalid('it is no JSON in UTF-8', error)
  }
}

function requireSize(bytes: Uint8Array, agents: Bundle['agents']): void {
  const files = agents.reduce((sum, agent) => sum + agent.files.length, 0)
  if (bytes.byteLength <= largest && files <= mostFiles) return
  throw new UserFacingError(
    'bundle-too-large',
    `A bundle has at most ${mostFiles} files and ${largest / 2 ** 20} MB. Take out what agents do not read.`,
  )
}

const FileNames = z.object({
  agents: z.array(z.object({ files: z.array(z.object({ name: z.string() })) })),
})

/** More helpful than that the name of a file is wrong. */
function refuseCode(raw: unknown): void {
  const { agents = [] } = FileNames.safeParse(raw).data ?? {}
  const names = agents.flatMap(({ files }) => files.map(({ name }) => name))
  const module = names.find((name) => codeEndings.includes(name.split('.').at(-1) ?? ''))
  if (module !== undefined) throw unknownCode(printable(module))
}

function unknownCode(file: string): UserFacingError {
  return new UserFacingError(
    'bundle-with-code',
    `${file} is code that Proofloop does not run. Code of a flow is one module in its folder, flow.ts or flow.js, with what it imports. Take the file away.`,
  )
}

function requireOwnHash(bundle: Bundle): void {
  if (bundle.format === 'proofloop-bundle-1') return
  if (sealCode(bundle.code.text).sha256 === bundle.code.sha256) return
  throw invalid('code.sha256: its code has another hash')
}

function invalid(why: string, cause?: unknown): UserFacingError {
  return new UserFacingError(
    'bundle-invalid',
    `This is no bundle that this version of Proofloop reads: ${why}. Make it with proofloop bundle, of the version that the server has.`,
    { cause },
  )
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

import { createHash } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import path from 'node:path'
import type { Plugin } from 'rolldown'
import { UserFacingError } from '../lib/errors.ts'
import { printable } from '../lib/printable.ts'
import type { FlowCode } from '../schema/flow-manifest.ts'

const names = ['flow.ts', 'flow.mts', 'flow.js', 'flow.mjs']

/** The module in a flow's folder that is its code; null when the flow is agents only. */
function findCode(directory: string): string | null {
  return names.find((name) => existsSync(path.join(directory, name))) ?? null
}

/**
 * Makes one file of a flow's code and all that it imports but `proofloop`: equal trees are equal bytes,
 * wherever they lie.
 * @returns null when the folder has no code
 * @throws UserFacingError flow-code-invalid, flow-code-external
 */
export async function bundleCode(directory: string): Promise<FlowCode | null> {
  const name = findCode(directory)
  if (name === null) return null
  const { code, imports, required } = await bundleModule(directory, name)
  const external = imports.find((specifier) => specifier !== 'proofloop')
  if (external !== undefined) throw notBundled(`${name} imports`, external)
  if (required !== undefined) {
    const importer = path.relative(realpathSync(directory), required.importer)
    throw notBundled(`${printable(importer)} requires`, required.specifier)
  }
  return sealCode(code)
}

export function sealCode(text: string): FlowCode {
  return { sha256: createHash('sha256').update(text).digest('hex'), text }
}

/** What is not bundled: what is imported, and the first that CommonJS requires. */
type BundledModule = { code: string; imports: string[]; required: Requirement | undefined }
type Requirement = { specifier: string; importer: string }

async function bundleModule(directory: string, name: string): Promise<BundledModule> {
  const { rolldown } = await import('rolldown')
  const requirements: Requirement[] = []
  try {
    await using build = await rolldown({
      input: path.resolve(directory, name),
      cwd: path.resolve(directory),
      // Packages are found as Node finds them; under `node` helpers of the bundle would import node:module.
      platform: 'neutral',
      resolve: { mainFields: ['main', 'module'], conditionNames: ['node'] },
      plugins: [noteRequired(requirements), reachProofloop],
      tsconfig: false,
      logLevel: 'silent',
      // Comments that name folders.
      experimental: { attachDebugInfo: 'none' },
    })
    const { output } = await build.generate({
      format: 'esm',
      codeSplitting: false,
      comments: false,
    })
    const [{ code, imports, dynamicImports, fileName, moduleIds }] = output
    // What is imported dynamically and bundled is in the file itself.
    const outside = [...imports, ...dynamicImports.filter((one) => one !== fileName)]
    const required = requirements.find(({ importer }) => moduleIds.includes(importer))
    return { code, imports: outside, required }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const sentence = `${name} cannot be bundled: ${printable(why)}`
    throw new UserFacingError('flow-code-invalid', sentence, { cause: error })
  }
}

const reachProofloop: Plugin = {
  name: 'reach-proofloop',
  resolveId: (specifier) => (specifier === 'proofloop' ? { id: specifier, external: true } : null),
}

/** Of what `require` cannot find the bundler makes a call that throws when it runs, and tells of no import. */
function noteRequired(requirements: Requirement[]): Plugin {
  return {
    name: 'note-required',
    async resolveId(specifier, importer, { kind }) {
      if (kind !== 'require-call' || importer === undefined) return null
      const found = await this.resolve(specifier, importer, { kind, skipSelf: true })
      if (found === null || found.external) requirements.push({ specifier, importer })
      return found
    },
  }
}

function notBundled(use: string, specifier: string): UserFacingError {
  const sentence = `${use} ${printable(specifier)}, ${whyOutside(specifier)}`
  return new UserFacingError('flow-code-external', sentence)
}

function whyOutside(specifier: string): string {
  if (specifier === 'proofloop') return 'which only an import reaches. Take it out.'
  if (isBuiltin(specifier)) {
    return 'which is not there where a flow runs: it reaches the world by its ctx only. Take it out.'
  }
  return 'which cannot be found from the folder of the flow. Take it out, or install the package beside the flow.'
}

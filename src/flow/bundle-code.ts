import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import path from 'node:path'
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
  const { code, imports } = await bundleModule(directory, name)
  const external = imports.find((specifier) => specifier !== 'proofloop')
  if (external !== undefined) throw notBundled(name, external)
  return sealCode(code)
}

export function sealCode(text: string): FlowCode {
  return { sha256: createHash('sha256').update(text).digest('hex'), text }
}

async function bundleModule(
  directory: string,
  name: string,
): Promise<{ code: string; imports: string[] }> {
  const { rolldown } = await import('rolldown')
  try {
    await using build = await rolldown({
      input: path.resolve(directory, name),
      cwd: path.resolve(directory),
      external: ['proofloop'],
      platform: 'node',
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
    const [{ code, imports, dynamicImports }] = output
    return { code, imports: [...imports, ...dynamicImports] }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const sentence = `${name} cannot be bundled: ${printable(why)}`
    throw new UserFacingError('flow-code-invalid', sentence, { cause: error })
  }
}

function notBundled(name: string, specifier: string): UserFacingError {
  const why = specifier.startsWith('node:')
    ? 'which is not there where a flow runs: it reaches the world by its ctx only'
    : 'which cannot be found from the folder of the flow'
  const sentence = `${name} imports ${printable(specifier)}, ${why}. Take the import out, or install the package beside the flow.`
  return new UserFacingError('flow-code-external', sentence)
}

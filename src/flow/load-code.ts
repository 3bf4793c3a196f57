import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire, registerHooks } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { UserFacingError } from '../lib/errors.ts'
import { bundleCode } from './bundle-code.ts'
import type { ReviewingFlow } from './run-definition.ts'

/** Code of a flow that is loaded into this process: on the machine of its author, never on a server. */
export type LoadedCode = {
  definition: ReviewingFlow
  /** SHA-256 of its bundle. */
  sha256: string
}

const isSchema = (value: unknown): value is z.ZodType =>
  typeof value === 'object' && value !== null && 'safeParse' in value
const isFunction = (value: unknown): value is ReviewingFlow['run'] => typeof value === 'function'

/** The default export of a flow's code. */
const Definition = z.object({
  name: z
    .string()
    .max(100)
    .regex(/^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and hyphens'),
  input: z.custom<z.ZodType>(isSchema, 'a Zod schema'),
  output: z.custom<z.ZodType>(isSchema, 'a Zod schema'),
  types: z.array(z.string().min(1).max(200)).max(200).optional(),
  run: z.custom<ReviewingFlow['run']>(isFunction, 'a function'),
})

/**
 * @param agents names that the flow may not have itself
 * @throws UserFacingError flow-code-invalid
 */
export function readDefinition(value: unknown, agents: readonly string[]): ReviewingFlow {
  const definition = Definition.safeParse(value)
  if (!definition.success) {
    const [issue] = definition.error.issues
    const field = issue?.path.join('.') || 'the default export'
    throw invalid(`${field}: ${issue?.message}. Write \`export default defineFlow({ … })\``)
  }
  if (!agents.includes(definition.data.name)) return definition.data
  throw invalid(`name: an agent is called ${definition.data.name}, too. Give the flow another name`)
}

/**
 * Loads the code of a folder, as it is bundled. It runs with our rights, so a flow is trusted like a program
 * is.
 * @returns null when the folder has none
 * @throws UserFacingError flow-code-invalid, flow-code-external
 */
export async function loadCode(
  directory: string,
  agents: readonly string[],
): Promise<LoadedCode | null> {
  const code = await bundleCode(directory)
  if (code === null) return null
  return { definition: readDefinition(await evaluate(code.text), agents), sha256: code.sha256 }
}

/** From a file of its own, so that what was changed since is not what was loaded before. */
async function evaluate(text: string): Promise<unknown> {
  const folder = await mkdtemp(path.join(tmpdir(), 'proofloop-flow-'))
  const file = path.join(folder, 'flow.mjs')
  const hooks = letImportProofloop(pathToFileURL(file).href)
  try {
    await writeFile(file, text)
    const loaded: { default?: unknown } = createRequire(import.meta.url)(file)
    return loaded.default
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw invalid(`it cannot be loaded: ${why}`, error)
  } finally {
    hooks.deregister()
    await rm(folder, { recursive: true })
  }
}

/** A flow's folder need not have proofloop installed to import it. */
function letImportProofloop(file: string): ReturnType<typeof registerHooks> {
  return registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== 'proofloop' || context.parentURL !== file) return next(specifier, context)
      return { url: publicApi, shortCircuit: true }
    },
  })
}

function invalid(why: string, cause?: unknown): UserFacingError {
  return new UserFacingError('flow-code-invalid', `The code of the flow: ${why}.`, { cause })
}

const ownExtension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const publicApi = new URL(`../index.${ownExtension}`, import.meta.url).href

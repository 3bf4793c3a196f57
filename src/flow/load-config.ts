import { existsSync, readFileSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { UserFacingError } from '../lib/errors.ts'
import { ProofloopConfig } from '../schema/proofloop-config.ts'

const names = ['proofloop.config.ts', 'proofloop.config.js', 'proofloop.config.mjs']

/**
 * Loads `proofloop.config.ts` (or .js, .mjs) of a flow. It is code and runs with our rights, so a flow
 * is trusted like a program is.
 * @returns a configuration without models when the flow has none
 * @throws UserFacingError config-invalid, which names the file and the field
 */
export function loadConfig(directory: string): ProofloopConfig {
  const file = findConfig(directory)
  return file === null ? { models: {} } : loadConfigFile(file)
}

/** The configuration that lies in a folder; null when there is none. */
export function findConfig(directory: string): string | null {
  const name = names.find((candidate) => existsSync(path.join(directory, candidate)))
  return name === undefined ? null : path.resolve(directory, name)
}

/** @throws UserFacingError config-invalid, which names the file and the field */
export function loadConfigFile(file: string): ProofloopConfig {
  const name = path.basename(file)
  const parsed = ProofloopConfig.safeParse(evaluateConfig(file, name))
  if (parsed.success) return parsed.data
  const { issues } = parsed.error
  // A misspelt name is also a missing one; the misspelling helps more.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const field = [...(issue?.path ?? []), ...unknown].map(String).join('.')
  const why = unknown.some((key) => /key|token|secret|header|auth/i.test(key))
    ? 'there is no such setting. Keys stand in the environment only: apiKeyEnv names the variable.'
    : issue?.message
  throw new UserFacingError('config-invalid', `${name}: ${field || 'the file'}: ${why}`)
}

function evaluateConfig(file: string, name: string): unknown {
  const hooks = letConfigsImportProofloop([...names, name])
  try {
    const loaded: { default?: unknown } = createRequire(import.meta.url)(file)
    if (loaded.default !== undefined) return loaded.default
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const sentence = `${name}${lineOf(error)} cannot be loaded: ${why}`
    throw new UserFacingError('config-invalid', sentence, { cause: error })
  } finally {
    hooks.deregister()
  }
  throw new UserFacingError(
    'config-invalid',
    `${name} exports nothing. Write \`export default defineConfig({ models: … })\`.`,
  )
}

/** Of a mistake in the syntax of TypeScript, which Node tells in the first line of the stack only. */
function lineOf(error: unknown): string {
  const stack = error instanceof SyntaxError ? error.stack : undefined
  return /^file:\S+(:\d+)\n/.exec(stack ?? '')?.[1] ?? ''
}

/**
 * A flow's folder need not have proofloop installed to import it. And under node_modules, where our
 * own example lies when it is installed, Node strips no types: a configuration there has none.
 */
function letConfigsImportProofloop(allowed: string[]): ReturnType<typeof registerHooks> {
  const isConfig = (url: string | undefined): boolean =>
    url !== undefined && URL.canParse(url) && allowed.includes(path.basename(new URL(url).pathname))
  return registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== 'proofloop' || !isConfig(context.parentURL)) return next(specifier, context)
      return { url: publicApi, shortCircuit: true }
    },
    load(url, context, next) {
      if (!isConfig(url) || !url.includes('/node_modules/')) return next(url, context)
      return { format: 'module', source: readFileSync(fileURLToPath(url)), shortCircuit: true }
    },
  })
}

const ownExtension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const publicApi = new URL(`../index.${ownExtension}`, import.meta.url).href

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { FoundIssues } from '../src/agent/answers.ts'
import type { CallsFile } from './evaluation-files.ts'

type Setup = { folder: string; baseURL: string; concurrency: number; callsFile: string }

export type Peer = {
  /** With its version. */
  name: string
  /** Arguments of Node, and the folder in which it runs. */
  args: string[]
  cwd: string
  env: Record<string, string>
}

/** Of its optional packages it gets the one without which it does not start. */
export async function installPromptfoo(folder: string): Promise<Peer> {
  const cwd = await packageFolder(folder, 'promptfoo')
  await install(cwd, ['promptfoo', '--omit=optional'])
  await install(cwd, [await libsqlBinding(cwd), '--omit=optional'])
  return {
    name: await nameOf(cwd, 'promptfoo'),
    args: [path.join(cwd, 'node_modules/promptfoo/dist/src/entrypoint.js')],
    cwd,
    env: {
      PROMPTFOO_CONFIG_DIR: cwd,
      PROMPTFOO_DISABLE_TELEMETRY: '1',
      PROMPTFOO_DISABLE_UPDATE: '1',
    },
  }
}

/** promptfoo asks an OpenAI-compatible server itself; its assertion is the cheapest that fits. */
export async function installPromptfooEval(setup: Setup): Promise<Peer> {
  const promptfoo = await installPromptfoo(setup.folder)
  const calls: CallsFile = JSON.parse(await readFile(setup.callsFile, 'utf8'))
  const role = (name: string): string => `{"role":"${name}","content":{{ ${name} | dump | safe }}}`
  const jsonSchema = { name: 'found_issues', strict: true, schema: z.toJSONSchema(FoundIssues) }
  const response_format = { type: 'json_schema', json_schema: jsonSchema }
  const access = { apiBaseUrl: setup.baseURL, apiKey: 'none' }
  const config = {
    prompts: [`[${role('system')},${role('user')}]`],
    providers: [{ id: `openai:chat:${calls.model}`, config: { ...access, response_format } }],
    defaultTest: { assert: [{ type: 'is-json' }] },
    tests: calls.messages.map((messages) => ({
      vars: Object.fromEntries(messages.map(({ role, content }) => [role, content])),
    })),
  }
  await writeFile(path.join(promptfoo.cwd, 'config.json'), JSON.stringify(config))
  const parts = ['--no-cache', '--no-table', '--no-progress-bar', '-j', String(setup.concurrency)]
  return { ...promptfoo, args: [...promptfoo.args, 'eval', '-c', 'config.json', ...parts] }
}

async function libsqlBinding(cwd: string): Promise<string> {
  const { optionalDependencies } = await manifestOf(cwd, 'libsql')
  const name = `@libsql/${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`
  return `${name}@${optionalDependencies[name]}`
}

/**
 * evalite calls a task of one's own; here the AI SDK, as its guide has it. It keeps results in memory,
 * which is less work than its database and needs no compiled package.
 */
export async function installEvalite(setup: Setup): Promise<Peer> {
  const cwd = await packageFolder(setup.folder, 'evalite')
  await install(cwd, ['evalite', 'vitest@4', 'ai@7.0.173', '@ai-sdk/openai@4.0.118', 'zod@4.6.7'])
  const config = `import { defineConfig } from 'evalite/config'
import { createInMemoryStorage } from 'evalite/in-memory-storage'
export default defineConfig({
  maxConcurrency: ${setup.concurrency},
  storage: () => createInMemoryStorage(),
})
`
  await writeFile(path.join(cwd, 'evalite.config.ts'), config)
  await writeFile(path.join(cwd, 'promises.eval.ts'), evaliteTask(setup))
  const args = ['node_modules/evalite/dist/bin.js', 'run', '--hideTable']
  return { name: await nameOf(cwd, 'evalite'), args, cwd, env: {} }
}

function evaliteTask({ baseURL, callsFile }: Setup): string {
  const schema = JSON.stringify(z.toJSONSchema(FoundIssues))
  return `import { readFileSync } from 'node:fs'
import { createOpenAI } from '@ai-sdk/openai'
import { generateText, jsonSchema, Output } from 'ai'
import { evalite } from 'evalite'
const calls = JSON.parse(readFileSync(${JSON.stringify(callsFile)}, 'utf8'))
const model = createOpenAI({ baseURL: ${JSON.stringify(baseURL)}, apiKey: 'none' }).chat(calls.model)
const output = Output.object({ schema: jsonSchema(${schema}) })
evalite('promises', {
  data: () => calls.messages.map(([system, user]) => ({ input: { system: system.content, prompt: user.content } })),
  task: async (input) => (await generateText({ model, output, ...input })).output,
  scorers: [{ name: 'answers', scorer: ({ output }) => (output.issues.length > 0 ? 1 : 0) }],
})
`
}

async function packageFolder(folder: string, name: string): Promise<string> {
  const cwd = path.join(folder, name)
  await mkdir(cwd)
  await writeFile(path.join(cwd, 'package.json'), '{"private":true,"type":"module"}')
  return cwd
}

async function install(cwd: string, packages: string[]): Promise<void> {
  const child = spawn('npm', ['install', '--no-audit', '--no-fund', ...packages], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [exitCode] = await once(child, 'close')
  if (exitCode !== 0) throw new Error(`npm install ${packages.join(' ')} failed.`)
}

async function nameOf(cwd: string, name: string): Promise<string> {
  return `${name} ${(await manifestOf(cwd, name)).version}`
}

async function manifestOf(cwd: string, name: string) {
  return JSON.parse(await readFile(path.join(cwd, 'node_modules', name, 'package.json'), 'utf8'))
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'
import type { DecidedChange } from '../../src/change/change-step.ts'
import type { ChangeSettings } from '../../src/schema/change-settings.ts'
import type { GateSettings } from '../../src/schema/gate-settings.ts'
import { tempFolder } from './temp-folder.ts'

/** What a process needs to go on with one change. */
export type ChildWorld = {
  dataFolder: string
  flow: string
  /** Keys of models. */
  env: Record<string, string>
  gate: GateSettings
  settings: ChangeSettings
  /** Folder of the repository, or of the mirror, and the keys of GitHub. */
  forge: { folder: string; env: Record<string, string> }
  /** Id of the change. */
  id: string
  /** In milliseconds, by how much it is later than the machine says. */
  passed: number
  /** Those that processes before it had. */
  effects: string[]
}

/** Of one of its worlds: the effect after which it waits to be killed, or what there is to wait for. */
export type FromChild = { index: number } & ({ effect: string } | { decided: DecidedChange | null })

const main = fileURLToPath(new URL('./change-child.ts', import.meta.url))

/** A program whose processes are killed one after the other. */
export type Program = AsyncDisposable & { folder: string; file: string }

/**
 * The program as one file, compiled: a process begins in a sixth of the time that it takes to load our sources,
 * and there are many. Where a module looks for files beside it, it finds them where it was.
 */
export async function childProgram(): Promise<Program> {
  const { folder, path, ...disposable } = await tempFolder({ 'none.json': '[]' })
  const file = path('child.mjs')
  const bundle = await rolldown({
    input: main,
    platform: 'node',
    logLevel: 'silent',
    resolve: { conditionNames: ['proofloop-source', 'import', 'node', 'default'] },
    plugins: [
      {
        name: 'as-it-was',
        resolveId: (id) =>
          id.startsWith('rolldown') ? { id: import.meta.resolve(id), external: true } : null,
        transform: (code, id) => code.replaceAll('import.meta.url', `'${pathToFileURL(id).href}'`),
      },
    ],
  })
  await bundle.write({ file, format: 'esm', codeSplitting: false })
  await bundle.close()
  const program = { ...disposable, folder, file }
  // Compiled code is kept when a process ends by itself.
  await once(start(program, path('none.json')), 'exit')
  return program
}

function start({ folder, file }: Program, argument: string): ChildProcess {
  return spawn(process.execPath, ['--conditions=proofloop-source', file, argument], {
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: folder },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
}

/**
 * Goes on with changes in a process of its own, and kills it once each has had one effect more or waits.
 * @param elsewhere effects that others see: resolved, they count as the process' own
 */
export async function killWhileGoingOn(
  program: Program,
  worlds: ChildWorld[],
  elsewhere: Promise<{ effect: string }>[],
): Promise<FromChild[]> {
  const argument = path.join(program.folder, 'worlds.json')
  await writeFile(argument, JSON.stringify(worlds))
  const child = start(program, argument)
  const said = worlds.map(() => Promise.withResolvers<FromChild>())
  child.on('message', (message: FromChild) => said[message.index]?.resolve(message))
  const exited = once(child, 'exit')
  const died = exited.then(([code]): never => {
    throw new Error(`It has ended by itself, with ${code}.`)
  })
  const each = said.map(async ({ promise }, index) => {
    const seen = elsewhere[index]?.then((effect) => ({ index, ...effect }))
    return Promise.race([promise, died, ...(seen === undefined ? [] : [seen])])
  })
  try {
    return await Promise.all(each)
  } finally {
    died.catch(() => {})
    child.kill('SIGKILL')
    await exited
  }
}

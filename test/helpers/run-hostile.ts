import { execFile, spawn, spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { once } from 'node:events'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'
import { treeOf } from '../../src/flow/isolate/process-tree.ts'

const holder = fileURLToPath(new URL('./isolated-host.ts', import.meta.url))
const run = promisify(execFile)
const script = fileURLToPath(new URL('./hostile-run.ts', import.meta.url))
const checkoutScript = fileURLToPath(new URL('./hostile-checkout-run.ts', import.meta.url))

type HostileRun = {
  tools: 'bubblewrap' | 'namespaces' | 'none'
  names: string[]
  /** Takes the wall of each attack away. */
  isWithout?: boolean
  /** As somebody who is not root; where nobody is, as whoever runs the tests. */
  asNobody?: boolean
  /** As root of a container that has no other user. */
  isLoneRoot?: boolean
  /** Socket of a gate worker that runs them. */
  worker?: string
}

const Report = z.object({
  isolation: z.enum(['os', 'process']),
  boundary: z.enum(['users', 'none']),
  advice: z.string().nullable(),
  results: z.array(
    z.object({ name: z.string(), got: z.array(z.string()), failure: z.string().nullable() }),
  ),
})

export const isRoot = process.getuid?.() === 0
const nobody = 65_534

/** Whether another user reaches this checkout: in a folder that is closed, flows run as who runs the tests. */
export const isOpenToOthers = foldersTo(script).every((folder) => (statSync(folder).mode & 1) === 1)

function foldersTo(file: string): string[] {
  const folder = path.dirname(file)
  return folder === path.dirname(folder) ? [folder] : [folder, ...foldersTo(folder)]
}

/** Runs hostile flows in a process of their own and tells what their author got. */
export async function runHostile(options: HostileRun): Promise<z.infer<typeof Report>> {
  const { tools, names, isWithout = false, asNobody = false, isLoneRoot = false, worker } = options
  const request = { tools, names, isWithout, addon: addonOfRolldown(), worker }
  return Report.parse(await ask(script, request, { asNobody, isLoneRoot }))
}

const CheckoutReport = z.array(
  z.object({ name: z.string(), got: z.array(z.string()), hasTried: z.boolean(), log: z.string() }),
)

/** Runs what a hostile change brings along, likewise. @param removed the wall that is taken away */
export async function runHostileCheckout(options: {
  tools: HostileRun['tools']
  asNobody?: boolean
  removed?: string
}): Promise<z.infer<typeof CheckoutReport>> {
  const { tools, removed, asNobody = false } = options
  const found = await ask(checkoutScript, { tools, removed }, { asNobody, isLoneRoot: false })
  return CheckoutReport.parse(found)
}

async function ask(
  file: string,
  request: object,
  { asNobody, isLoneRoot }: { asNobody: boolean; isLoneRoot: boolean },
): Promise<unknown> {
  const node = [process.execPath, '--conditions=proofloop-source', file]
  const lone = isLoneRoot ? ['unshare', '--user', '--map-root-user'] : []
  const start = [...(asNobody && isRoot ? dropTo(nobody) : []), ...lone]
  const [command = '', ...args] = [...start, ...node]
  const { stdout } = await run(command, [...args, JSON.stringify(request)], {
    maxBuffer: 2 ** 24,
  })
  return JSON.parse(stdout)
}

/**
 * Kills a host without warning that holds a flow which would stay.
 * @returns how many processes it had below it, and how many of them are left
 */
export async function killHost(tools: HostileRun['tools']): Promise<{ had: number; left: number }> {
  const host = spawn(process.execPath, ['--conditions=proofloop-source', holder, tools], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(host.stdout, 'data')
  const below = (treeOf(host.pid ?? 0) ?? []).filter((pid) => pid !== host.pid)
  host.kill('SIGKILL')
  await once(host, 'exit')
  const isLeft = (pid: number): boolean => existsSync(`/proc/${pid}`)
  for (let i = 0; i < 600 && below.some(isLeft); i += 1) await setTimeout(100)
  return { had: below.length, left: below.filter(isLeft).length }
}

function dropTo(user: number): string[] {
  return ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups']
}

/** Any native addon will do. */
function addonOfRolldown(): string {
  const folder = path.dirname(createRequire(import.meta.url).resolve('rolldown/package.json'))
  const bindings = path.join(folder, '..', '@rolldown')
  const files = readdirSync(bindings, { recursive: true, encoding: 'utf8' })
  return path.join(bindings, files.find((file) => file.endsWith('.node')) ?? '')
}

/** Why this machine cannot do it; null when it can. */
export function hindrance(tools: 'bubblewrap' | 'namespaces', asNobody = false): string | null {
  const start = asNobody && isRoot ? dropTo(nobody) : []
  const tried =
    tools === 'bubblewrap'
      ? ['bwrap', '--unshare-all', '--ro-bind', '/', '/', 'true']
      : ['unshare', '--user', '--map-root-user', '--net', '--mount', '--pid', '--fork', 'true']
  const [command = '', ...args] = [...start, ...tried]
  const { status, error } = spawnSync(command, args, { stdio: 'ignore' })
  if (status === 0) return null
  return error ? `${command} is not installed` : `${tried[0]} may make no namespaces here`
}

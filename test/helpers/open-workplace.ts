import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { buildPage } from './built-page.ts'
import { freePort } from './free-port.ts'
import { writeReviewSettings } from '../../src/review/review-settings.ts'
import { openStore } from '../../src/store/open-store.ts'
import { tempFolder } from './temp-folder.ts'

/** Milliseconds: on a busy machine one step may take most of a test's minute, and is still named. */
export const stepTimeout = 45_000

const root = fileURLToPath(new URL('../../', import.meta.url))
const agents = path.join(root, 'examples/document-review/agents')
const command = ['--conditions=proofloop-source', path.join(root, 'src/cli/main.ts'), 'start']

/**
 * `proofloop start` in a process of its own with one agent that needs no model, and a browser. Data is
 * in a folder that goes with it; a restarted server has the same address.
 */
export async function openWorkplace({ env = {}, flow, config }: WorkplaceOptions = {}) {
  await buildPage()
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await tempFolder())
  if (flow === undefined) await copyAgent(folder.path('flow/agents'))
  const options = ['--data', folder.path('data'), '--flow', flow ?? folder.path('flow')]
  if (config !== undefined) {
    await writeFile(folder.path('proofloop.config.ts'), config)
    options.push('--config', folder.path('proofloop.config.ts'))
  }
  const browser = await launchBrowser()
  stack.defer(() => browser.close())

  options.push('--port', `${await freePort()}`)
  const start = (also = {}): Promise<Server> => startServer(options, { ...env, ...also })
  await reviewInDocumentOrder(folder.path('data'))
  let server = await start()
  stack.defer(() => end(server.child, 'SIGTERM'))
  const { origin } = new URL(server.link)
  const signIn = createSignIn(browser)
  const all = stack.move()
  return {
    origin,
    folder,
    browser,
    /** A page of the person who was signed in with the link; all of these share one session. */
    signIn: (options?: BrowserContextOptions) => signIn(server.link, options),
    kill: () => end(server.child, 'SIGKILL'),
    /** Again, with `also` in its environment. */
    async start(also: Record<string, string> = {}) {
      server = await start(also)
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

export type Workplace = Awaited<ReturnType<typeof openWorkplace>>

export type WorkplaceOptions = {
  env?: Record<string, string>
  /** Another flow's folder. */
  flow?: string
  /** Text of the server's own configuration. */
  config?: string
}

async function copyAgent(folder: string): Promise<void> {
  const agent = 'definitive-language'
  await cp(path.join(agents, agent), path.join(folder, agent), { recursive: true })
}

/** One document in ten is shown in random order, whichever its hash and the installation's key draw. */
async function reviewInDocumentOrder(dataFolder: string): Promise<void> {
  await using store = await openStore({ dataFolder })
  await writeReviewSettings(store, { randomShare: 0 })
}

type Server = { child: ChildProcess; link: string }

async function startServer(options: string[], env: Record<string, string>): Promise<Server> {
  const child = spawn(process.execPath, [...command, ...options], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  let complaints = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaints += text))
  const { promise, resolve, reject } = Promise.withResolvers<Server>()
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text
    const link = /http\S+token=\S+/u.exec(printed)?.[0]
    if (link !== undefined) resolve({ child, link })
  })
  child.once('exit', () => reject(new Error(`The server ended: ${complaints}`)))
  return promise
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
}

/** The link works once; later pages are given the session that it began. */
function createSignIn(browser: Browser) {
  let session: StorageState | undefined
  return async (link: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const size = { viewport: { width: 1280, height: 800 } }
    const context = await browser.newContext({ ...size, storageState: session, ...options })
    context.setDefaultTimeout(stepTimeout)
    const page = await context.newPage()
    await page.goto(session === undefined ? link : `${new URL(link).origin}/documents`)
    await page.getByRole('heading', { name: 'Documents' }).waitFor()
    session ??= await context.storageState()
    return page
  }
}

type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>

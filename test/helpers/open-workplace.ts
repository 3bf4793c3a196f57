import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { buildPage } from './built-page.ts'
import { writeReviewSettings } from '../../src/review/review-settings.ts'
import { openStore } from '../../src/store/open-store.ts'
import { tempFolder } from './temp-folder.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const agents = path.join(root, 'examples/document-review/agents')
const command = ['--conditions=proofloop-source', path.join(root, 'src/cli/main.ts'), 'start']

/**
 * `proofloop start` in a process of its own with one agent that needs no model, and a browser. Data is
 * in a folder that goes with it; a restarted server has the same address.
 */
export async function openWorkplace({ env = {} }: { env?: Record<string, string> } = {}) {
  await buildPage()
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await tempFolder())
  const agent = 'definitive-language'
  await cp(path.join(agents, agent), folder.path(`flow/agents/${agent}`), { recursive: true })
  const browser = await launchBrowser()
  stack.defer(() => browser.close())

  const startAt = (port: number): Promise<Server> =>
    startServer(
      ['--data', folder.path('data'), '--flow', folder.path('flow'), '--port', `${port}`],
      env,
    )
  await reviewInDocumentOrder(folder.path('data'))
  let server = await startAt(0)
  stack.defer(() => end(server.child, 'SIGTERM'))
  const { origin } = new URL(server.link)
  const all = stack.move()
  return {
    origin,
    folder,
    browser,
    /** A page of the person who was signed in with the link; all of these share one session. */
    signIn: (options?: BrowserContextOptions) => signIn(browser, server.link, options),
    kill: () => end(server.child, 'SIGKILL'),
    async start() {
      server = await startAt(Number(new URL(origin).port))
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
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

async function signIn(
  browser: Browser,
  link: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  await page.goto(link)
  await page.getByRole('heading', { name: 'Documents' }).waitFor()
  return page
}

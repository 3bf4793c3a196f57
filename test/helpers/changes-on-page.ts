import path from 'node:path'
import type { Page } from 'playwright-core'
import { createApp } from '../../src/server/app.ts'
import { listen } from '../../src/server/listen.ts'
import { launchBrowser } from './browser.ts'
import { buildPage } from './built-page.ts'
import { stepTimeout } from './open-workplace.ts'
import { changeWorld } from './proposed-changes.ts'

type Options = Parameters<typeof changeWorld>[0]

/**
 * The page of a server whose flow is in a git repository, for each person in a browser of their own. Nobody goes
 * on with changes: the test says what was found out about one.
 */
export async function changesOnPage(options: Options = {}) {
  await buildPage()
  await using stack = new AsyncDisposableStack()
  const world = stack.use(await changeWorld(options))
  const app = createApp({ ...world.appHost, webFolder: path.resolve('dist/web') })
  const { port, close } = await listen(app, { host: 'localhost', port: 0 })
  stack.defer(close)
  const browser = await launchBrowser()
  stack.defer(() => browser.close())
  const origin = `http://localhost:${port}`
  const all = stack.move()
  return {
    ...world,
    origin,
    /** Signed in as somebody of the world, on a page of the address. */
    async pageOf({ cookie }: { cookie: string }, address: string): Promise<Page> {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        reducedMotion: 'reduce',
      })
      context.setDefaultTimeout(stepTimeout)
      const cookies = cookie.split('; ').map((one) => {
        const [name = '', ...value] = one.split('=')
        return { name, value: value.join('='), url: origin }
      })
      await context.addCookies(cookies)
      const page = await context.newPage()
      await page.goto(`${origin}${address}`)
      return page
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

// What scrolling costs the review page on 300 pages with some 2,000 issues: CPU milliseconds of script on the
// page's main thread per step, canvases alive, and when the first page is seen. It starts a server:
// node --conditions=proofloop-source bench/scrolling.ts
import type { Page } from 'playwright-core'
import { openWorkplace } from '../test/helpers/open-workplace.ts'
import { promisesPdf } from '../test/helpers/promises-pdf.ts'

type Scrolled = { steps: number; p50: number; p95: number; most: number; canvases: number }

const pages = 300
await using workplace = await openWorkplace()
const page = await workplace.signIn()
page.setDefaultTimeout(300_000)
await uploadAndReview(page)
print({ pages, ...(await reopen(page)) })
const session = await page.context().newCDPSession(page)
await session.send('Performance.enable', { timeDomain: 'threadTicks' })
await page.waitForTimeout(3_000)
await page.mouse.move(400, 500)
print({ measured: 'pages, a notch of the wheel', ...(await scroll({ pixels: 120, steps: 600 })) })
print({ measured: 'pages, a screen at a time', ...(await scroll({ pixels: 760, steps: 300 })) })
await page.mouse.move(1150, 500)
print({ measured: 'issues, a notch of the wheel', ...(await scroll({ pixels: 120, steps: 300 })) })

async function uploadAndReview(on: Page): Promise<void> {
  const buffer = promisesPdf(pages, { lines: 48 })
  const file = { name: 'long.pdf', mimeType: 'application/pdf', buffer }
  await on.getByLabel('Files', { exact: true }).setInputFiles(file)
  await on.waitForURL(/\/reviews\//u)
  await on.getByRole('button', { name: 'Done' }).waitFor()
}

/** Milliseconds from the address to the first page's picture, and how much was painted by then. */
async function reopen(on: Page): Promise<object> {
  const started = performance.now()
  await on.goto(on.url().replace(/\?.*/u, ''))
  await on.locator('canvas[data-painted=true]').first().waitFor()
  const firstPageMs = Math.round(performance.now() - started)
  const painted = await on.locator('canvas[data-painted=true]').count()
  return { firstPageMs, painted, issues: await on.getByText(/of \d+ reviewed/u).innerText() }
}

async function scroll({ pixels, steps }: { pixels: number; steps: number }): Promise<Scrolled> {
  const costs: number[] = []
  let canvases = 0
  let before = await scriptMs()
  for (let step = 0; step < steps; step += 1) {
    await page.mouse.wheel(0, pixels)
    await page.waitForTimeout(50)
    const after = await scriptMs()
    costs.push(after - before)
    canvases = Math.max(canvases, await page.locator('canvas').count())
    before = await scriptMs()
  }
  const sorted = costs.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 100) / 100
  return { steps, p50: at(0.5), p95: at(0.95), most: at(1), canvases }
}

async function scriptMs(): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? 0) * 1000
}

function print(result: object): void {
  process.stdout.write(`${JSON.stringify(result)}\n`)
}

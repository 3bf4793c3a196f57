// What scrolling costs the review page on 300 pages with some 2,000 issues: CPU milliseconds of script
// on the page's main thread per step, canvases alive, and when the first page is seen.
// npm run build && node --conditions=proofloop-source bench/scrolling.ts
import type { CDPSession, Page } from 'playwright-core'
import { launchBrowser } from '../test/helpers/browser.ts'

type Scrolled = { steps: number; p50: number; p95: number; most: number; canvases: number }

const address = process.argv[2] ?? ''
const browser = await launchBrowser()
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  const firstPageMs = await openReview(page, address)
  print({ firstPageMs, pagesPaintedThen: await page.locator('canvas[data-painted=true]').count() })
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  await page.waitForTimeout(3_000)
  print({
    measured: 'pages, a notch of the wheel',
    ...(await scroll(page, { session, pixels: 120, steps: 600 })),
  })
  print({
    measured: 'pages, a screen at a time',
    ...(await scroll(page, { session, pixels: 760, steps: 300 })),
  })
  await page.mouse.move(1150, 500)
  print({
    measured: 'issues, a notch of the wheel',
    ...(await scroll(page, { session, pixels: 120, steps: 300 })),
  })
} finally {
  await browser.close()
}

async function openReview(page: Page, url: string): Promise<number> {
  const started = performance.now()
  await page.goto(url)
  await page.locator('canvas[data-painted=true]').first().waitFor()
  await page.mouse.move(400, 500)
  return Math.round(performance.now() - started)
}

type Scrolling = { session: CDPSession; pixels: number; steps: number }

async function scroll(page: Page, { session, pixels, steps }: Scrolling): Promise<Scrolled> {
  const costs: number[] = []
  let canvases = 0
  let before = await scriptMs(session)
  for (let step = 0; step < steps; step += 1) {
    await page.mouse.wheel(0, pixels)
    await page.waitForTimeout(50)
    const after = await scriptMs(session)
    costs.push(after - before)
    canvases = Math.max(canvases, await page.locator('canvas').count())
    before = await scriptMs(session)
  }
  const sorted = costs.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 100) / 100
  return { steps, p50: at(0.5), p95: at(0.95), most: at(1), canvases }
}

async function scriptMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? 0) * 1000
}

function print(result: object): void {
  process.stdout.write(`${JSON.stringify(result)}\n`)
}

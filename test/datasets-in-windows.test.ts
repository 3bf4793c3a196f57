import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { violationsInBoth } from './helpers/axe.ts'
import { addDataset, letters, openDatasets } from './helpers/letters-on-page.ts'
import { beyondEdge } from './helpers/on-page.ts'
import { shareWorkplace } from './helpers/share-workplace.ts'

const shared = shareWorkplace()

test.each([390, 1001, 3840])('nothing is cut on %i pixels', async (width) => {
  const page = await shared().signIn({ viewport: { width, height: 844 }, reducedMotion: 'reduce' })
  const id = 'a-long-name-without-a-space-'.repeat(5)
  const name = `narrow-${'and-long-'.repeat(8)}${width}`
  await addDataset(page, name, [{ ...letters[0], id }])
  await addDataset(page, name, [{ ...letters[0], id, issues: [{ type: 'Tone', text: id }] }])
  for (const address of ['', ...(await addresses(page, id))]) {
    await openDatasets(page, address)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.locator('[class*=Skeleton]').first().waitFor({ state: 'detached' })
    expect([address, await beyondEdge(page)]).toEqual([address, 0])
    expect(await violationsInBoth(page)).toEqual([])
  }
})

/** Of the pages of the dataset that has been added last in a narrow or wide window. */
async function addresses(page: Page, id: string): Promise<string[]> {
  const { width } = page.viewportSize() ?? { width: 0 }
  const dataset = `/narrow-${'and-long-'.repeat(8)}${width}`
  const newest = `${dataset}/versions/newest`
  const labelling = `${dataset}/labelling`
  return [
    dataset,
    newest,
    `${newest}/example?id=${id}`,
    `${dataset}/compare?from=newest`,
    labelling,
    `${labelling}/example?id=${id}`,
  ]
}

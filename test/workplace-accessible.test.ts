import { expect, test } from 'vitest'
import { violations } from './helpers/axe.ts'
import { openWorkplace } from './helpers/open-workplace.ts'
import { uploadAndReview } from './helpers/review-on-page.ts'

test.each(['light', 'dark'] as const)(
  'axe finds nothing on any page in %s',
  async (colorScheme) => {
    await using workplace = await openWorkplace()
    const page = await workplace.signIn({ colorScheme, reducedMotion: 'reduce' })
    expect(await violations(page)).toEqual([])

    await uploadAndReview(page)
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('a')
    await page.keyboard.press('d')
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.keyboard.press('e')
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    for (const key of ['n', 'n']) await page.keyboard.press(key)
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Filters' }).click()
    await page.getByLabel('Status').waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    expect(await violations(page)).toEqual([])

    await page.goto(`${workplace.origin}/documents`)
    await page.getByRole('button', { name: 'Actions for terms.pdf' }).click()
    await page.getByRole('menuitem', { name: 'Delete text and file' }).waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('menuitem', { name: 'Delete text and file' }).click()
    await page.getByRole('dialog').waitFor()
    expect(await violations(page)).toEqual([])

    for (const [address, heading] of [
      ['queue', 'My work'],
      ['set-password?token=x', 'Choose a password'],
    ] as const) {
      await page.goto(`${workplace.origin}/${address}`)
      await page.getByRole('heading', { name: heading }).waitFor()
      expect(await violations(page)).toEqual([])
    }
    await page.context().clearCookies()
    await page.goto(workplace.origin)
    await page.getByRole('heading', { name: 'Sign in to Proofloop' }).waitFor()
    expect(await violations(page)).toEqual([])
  },
)

import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { stepTimeout, type Workplace } from './open-workplace.ts'

/** Pixels that the page is wider than its window. */
export function beyondEdge(page: Page): Promise<number> {
  return page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth)
}

const password = 'correct horse battery'

/** Somebody with those roles, who has set a password and is on the first page; the first person keeps `keep`. */
export async function inviteOnPage(
  { origin, browser }: Workplace,
  first: Page,
  { roles, keep }: { roles: string[]; keep: string[] },
): Promise<Page> {
  const headers = { origin }
  const email = 'ben@example.org'
  const data = { email, name: 'Ben', roles, keep }
  const invited = await first.request.post(`${origin}/api/people`, { headers, data })
  expect(invited.status()).toBe(201)
  const { link } = (await invited.json()) as { link: string }
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  context.setDefaultTimeout(stepTimeout)
  const token = new URL(link).searchParams.get('token')
  for (const [address, body] of [
    ['reset-password', { token, newPassword: password }],
    ['sign-in/email', { email, password }],
  ] as const) {
    const answer = await context.request.post(`${origin}/api/auth/${address}`, {
      headers,
      data: body,
    })
    expect([address, answer.status()]).toEqual([address, 200])
  }
  const page = await context.newPage()
  await page.goto(origin)
  await page.getByRole('button', { name: 'Ben' }).waitFor()
  return page
}

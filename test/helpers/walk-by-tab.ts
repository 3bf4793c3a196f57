import type { Locator, Page } from 'playwright-core'

type Walk = {
  /** What a pointer can use and Tab does not come to. */
  unreached: string[]
  /** Where the keyboard is without anything that shows it. */
  unseen: string[]
  /** How many places Tab comes to. */
  stops: number
}

const mostStops = 300

/** Goes by Tab through all that can be used in a part of the page, wherever it begins. */
export async function walkByTab(page: Page, part: Locator): Promise<Walk> {
  await part.evaluate((root) => root.setAttribute('data-walked', ''))
  await page.evaluate(markUsable)
  const seen = new Map<string, boolean>()
  for (let pressed = 0; pressed < mostStops; pressed += 1) {
    await page.keyboard.press('Tab')
    const at: { stop: string; isSeen: boolean } | null = await page.evaluate(stopWithFocus)
    if (at === null) continue
    if (seen.has(at.stop)) break
    seen.set(at.stop, at.isSeen)
  }
  const all: { stop: string; html: string }[] = await page.evaluate(takeMarksAway)
  const named = (isWanted: (stop: string) => boolean): string[] =>
    all.filter(({ stop }) => isWanted(stop)).map(({ html }) => html)
  return {
    unreached: named((stop) => !seen.has(stop)),
    unseen: named((stop) => seen.get(stop) === false),
    stops: seen.size,
  }
}

/** How an element and what is right beside it look: a box that is hidden shows the keyboard by its sign. */
const lookOf = `(element) =>
  [element, element.parentElement, element.nextElementSibling].map((one) => {
    if (one === null) return ''
    const { outline, boxShadow, borderColor, backgroundColor } = getComputedStyle(one)
    return [outline, boxShadow, borderColor, backgroundColor].join(' ')
  }).join('; ')`

/** Gives each a number, and keeps how it looks without the keyboard. */
const markUsable = `{
  document.activeElement?.blur()
  const usable = 'a[href], button, input, select, textarea, summary, [tabindex]'
  const part = document.querySelector('[data-walked]')
  Array.from(part.querySelectorAll(usable)).forEach((element, number) => {
    const isOff = element.matches(':disabled, [tabindex="-1"]') || element.closest('[inert]')
    if (isOff || !element.checkVisibility({ visibilityProperty: true })) return
    element.dataset.stop = String(number)
    element.dataset.look = (${lookOf})(element)
  })
}`

/** Of those that are marked; null when the keyboard is somewhere else. */
const stopWithFocus = `(() => {
  const element = document.activeElement
  const { stop, look } = element?.dataset ?? {}
  return stop === undefined ? null : { stop, isSeen: (${lookOf})(element) !== look }
})()`

const takeMarksAway = `(() => {
  document.querySelector('[data-walked]')?.removeAttribute('data-walked')
  return Array.from(document.querySelectorAll('[data-stop]'), (element) => {
    const { stop } = element.dataset
    delete element.dataset.stop
    delete element.dataset.look
    return { stop, html: element.outerHTML.slice(0, 160) }
  })
})()`

/** Whether Tab, in both directions, stays in a dialog. */
export async function staysInside(page: Page, dialog: Locator): Promise<boolean> {
  const around = (await dialog.locator('a, button, input, select, textarea').count()) + 2
  for (const key of ['Tab', 'Shift+Tab']) {
    for (let pressed = 0; pressed < around; pressed += 1) {
      await page.keyboard.press(key)
      if ((await dialog.locator(':focus').count()) === 0) return false
    }
  }
  return true
}

import { afterEach, beforeAll } from 'vitest'
import { openWorkplace, type Workplace, type WorkplaceOptions } from './open-workplace.ts'

/**
 * One server and one browser for all tests of a file, opened once. Each test opens pages of its own,
 * which are closed after it, and gives its documents names of their own. To open it may take building the
 * page and unpacking the browser.
 */
export function shareWorkplace(options?: WorkplaceOptions): () => Workplace {
  let shared: Workplace | undefined
  const opened = (): Workplace => {
    if (shared === undefined) throw new Error('The workplace is opened before the first test.')
    return shared
  }
  beforeAll(async () => {
    const workplace = await openWorkplace(options)
    shared = workplace
    return () => workplace[Symbol.asyncDispose]()
  }, 120_000)
  afterEach(async () => {
    await Promise.all(
      opened()
        .browser.contexts()
        .map((context) => context.close()),
    )
  })
  return opened
}

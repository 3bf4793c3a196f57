import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Leak } from './find-leaks.ts'
import { hiddenLeaks } from './hidden-leaks.ts'

const sentence = 'The harbour of Zanzibar will always be open to everybody.'
const hidden = {
  id: 'letter-1',
  split: 'test' as const,
  paragraphs: [{ text: sentence }],
  issues: [{ type: 'Promise', text: 'always', location: {} }],
}
const wrong = 'The harbour of Atlantis was never shut, as nobody came there.'

let threads = 0
const countThread = (): void => void (threads += 1)
beforeEach(() => {
  threads = 0
  process.on('worker', countThread)
})
afterEach(() => {
  process.off('worker', countThread)
})

/** How often texts were read, and threads begun, to find it. */
async function search(text: string, common: string[] = []) {
  let reads = 0
  const leaks: Leak[] = await hiddenLeaks([hidden], {
    sources: [{ name: 'notes.md', text }],
    async common() {
      reads += 1
      return common
    },
  })
  return { found: leaks.map((leak) => leak.text), reads, threads }
}

test('a hidden text is found, unless engineers read it anyway', async () => {
  expect((await search(sentence)).found).toEqual([sentence])
  expect((await search(sentence, [sentence])).found).toEqual([])
})

test('what is done is the same whatever is found, and none of it by the thread that serves', async () => {
  expect(await search(wrong)).toEqual({ found: [], reads: 1, threads: 1 })
  threads = 0
  expect(await search(sentence)).toEqual({ found: [sentence], reads: 1, threads: 1 })
})

test('where there is nothing to look in, nothing is read', async () => {
  let reads = 0
  const common = async () => {
    reads += 1
    return []
  }
  expect(await hiddenLeaks([hidden], { sources: [], common })).toEqual([])
  const open = { ...hidden, split: 'evaluation' as const }
  const sources = [{ name: 'notes.md', text: sentence }]
  expect(await hiddenLeaks([open], { sources, common })).toEqual([])
  expect([reads, threads]).toEqual([0, 0])
})

import type { Page } from 'playwright-core'
import { expect } from 'vitest'

export const promise = 'We will always repair your washing machine, whatever happens to it.'
/** Labelled letters, one in each split. */
export const letters = [
  {
    id: 'offer',
    split: 'evaluation',
    paragraphs: [promise, 'You has two years for it. You has to write to us.'],
    issues: [
      {
        type: 'Definitive Language',
        text: 'will always',
        explanation: 'A promise.',
        location: { paragraph: 0, start: 3, end: 14 },
      },
      { type: 'Grammar', text: 'never there' },
    ],
  },
  {
    id: 'thanks',
    split: 'test',
    paragraphs: ['Thank you for your letter of the third of May.'],
    issues: [],
  },
  { id: 'reminder', split: 'audit', paragraphs: ['You has not paid yet.'], issues: [] },
]

/** Examples as a page takes them. */
export function fileOf(examples: readonly object[], name = 'letters.jsonl') {
  const lines = examples.map((example) => `${JSON.stringify(example)}\n`)
  return { name, mimeType: 'application/jsonl', buffer: Buffer.from(lines.join('')) }
}

/** Over HTTP, for tests that are about something else. */
export async function addDataset(page: Page, name: string, examples: readonly object[] = letters) {
  const { origin } = new URL(page.url())
  const answer = await page.request.post(`${origin}/api/datasets/${name}/versions`, {
    headers: { origin },
    multipart: { file: fileOf(examples), splits: 'given', showHidden: 'true' },
  })
  expect(answer.status()).toBe(201)
}

/** A page below `/datasets`. */
export async function openDatasets(page: Page, address: string): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/datasets${address}`)
}

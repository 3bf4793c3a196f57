import type { Result } from '../review-files.ts'
import { remoteResult } from './remote-result.ts'
import type { Remote } from './remote.ts'

/** @param file what it is called here; null takes the server's name */
export async function fetchResult(
  { client, patience, signal }: Remote,
  id: string,
  file: string | null,
): Promise<Result> {
  const { review, issues } = await patience.ask(() =>
    client.reviews.issues({ review: id }, { signal }),
  )
  const { sha256, name } = review.document
  const document = await patience.ask(() => client.documents.get({ sha256 }, { signal }))
  const pages = await pagesOf(document.pagesWithoutText ?? 0, () =>
    patience.ask(() => client.documents.text({ sha256 }, { signal })),
  )
  return remoteResult(file ?? name, { review, issues, document, ...pages })
}

type Pages = { pages: { number: number; hasText: boolean; ocr?: boolean }[] }

/** The numbers are in the text, which is large and seldom needed. */
async function pagesOf(withoutText: number, text: () => Promise<Pages>) {
  const { pages } = withoutText === 0 ? { pages: [] } : await text()
  return {
    pagesWithoutText: pages.filter(({ hasText }) => !hasText).map(({ number }) => number),
    pagesReadByOcr: pages.filter(({ ocr }) => ocr).map(({ number }) => number),
  }
}

import type { FileFailure } from './paint-protocol.ts'

/** From what pdf.js throws, whose own words are for those who write viewers. */
export function fileFailure(error: unknown): FileFailure {
  switch (error instanceof Error ? error.name : '') {
    case 'ResponseException':
    case 'AbortException':
    // What `fetch` throws when nobody answers.
    case 'TypeError':
      return 'unreachable'
    default:
      return 'broken'
  }
}

/** What is wrong and what to do. */
export const failureWords: Record<FileFailure, string> = {
  broken:
    'The file is damaged. Open it in a PDF program, save it anew or print it as a PDF, and upload that, to see its pages.',
  unreachable: 'The file did not arrive from the server. Load the page again in a moment.',
  unstartable: 'This browser cannot start the viewer. A newer one can.',
}

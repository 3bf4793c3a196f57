import type { FileFailure } from './paint-protocol.ts'

/** What is wrong with a file that cannot be painted, and what to do. */
export const failureWords: Record<FileFailure, string> = {
  broken:
    'The file is damaged. Open it in a PDF program, save it anew or print it as a PDF, and upload that, to see its pages.',
  unreachable: 'The file did not arrive from the server. Load the page again in a moment.',
  unstartable: 'This browser cannot start the viewer. A newer one can.',
}

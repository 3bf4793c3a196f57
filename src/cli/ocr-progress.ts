import type { OcrProgress } from '../document/parse-protocol.ts'
import { printable } from '../lib/printable.ts'
import type { Io } from './io.ts'
import { createProgress, type Progress } from './progress.ts'

/** How far OCR is with the pages of each of several documents. */
export function createOcrProgress(io: Io) {
  const byFile = new Map<string, Progress>()
  return {
    tell: (file: string, { page, total }: OcrProgress): void => {
      const known = byFile.get(file)
      if (known) known.step(printable(`page ${page} of ${file}`))
      else byFile.set(file, createProgress(io, { total, unit: 'scanned pages' }))
    },
    end: (): void => {
      for (const progress of byFile.values()) progress.end()
    },
  }
}

/** What a review that waits for OCR says. */
export function ocrInWords({ page, done, total }: OcrProgress): string {
  return `reading page ${page} by OCR, ${done + 1} of ${total}`
}

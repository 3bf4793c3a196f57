import { writePdf } from './write-pdf.ts'

/** Sentences in which the bundled agent finds a promise, one each. */
const promises = [
  'Preventive services are covered at no cost to you.',
  'Our directory is up to date, so you can be sure that your doctor is in it.',
  'You can rest assured that your claim is in good hands.',
  'The plan guarantees a refund of every premium.',
]

/** Every sixth line of a page is a promise; those between promise nothing. */
export function promisesPdf(pages: number, { lines = 12 } = {}): Buffer {
  const spacing = Math.min(40, 640 / lines)
  return writePdf(
    Array.from({ length: pages }, (_, page) => ({
      texts: Array.from({ length: lines }, (_line, line) => ({
        x: 72,
        y: 700 - line * spacing,
        size: Math.min(12, spacing * 0.7),
        text:
          line % 6 === 0
            ? (promises[(page * 2 + line / 6) % promises.length] ?? '')
            : `Section ${page + 1}.${line} describes how to reach the office by mail.`,
      })),
    })),
  )
}

import { z } from 'zod'

/**
 * A quadrilateral in PDF quad-point order: top left x,y, top right x,y, bottom left x,y, bottom
 * right x,y; in points (1/72 inch), origin at the page's bottom left.
 */
export const Quad = z.tuple([
  z.number(),
  z.number(),
  z.number(),
  z.number(),
  z.number(),
  z.number(),
  z.number(),
  z.number(),
])
export type Quad = z.infer<typeof Quad>

/**
 * A run of letters with one box: `paragraph.text.slice(start, end) === text`. A word that is broken
 * over a line end is two entries whose offsets touch. Documents without boxes have no words.
 */
export const Word = z.object({
  text: z.string(),
  start: z.int().nonnegative(),
  end: z.int().nonnegative(),
  /** From 1; a paragraph that is joined across pages has words on both. */
  page: z.int().positive(),
  quad: Quad,
})
export type Word = z.infer<typeof Word>

/** Only `body` is reviewed: `code` is no prose, and the others repeat at the edges of pages. */
export const ParagraphRole = z.enum(['body', 'header', 'footer', 'page-number', 'code'])
export type ParagraphRole = z.infer<typeof ParagraphRole>

export const Paragraph = z.object({
  /** From 0, counted over the whole document. */
  index: z.int().nonnegative(),
  /** Of the first word, from 1. */
  page: z.int().positive(),
  text: z.string(),
  role: ParagraphRole,
  words: z.array(Word),
})
export type Paragraph = z.infer<typeof Paragraph>

export const Page = z.object({
  number: z.int().positive(),
  /** In points; null where the format has no pages of a size (all but PDF). */
  width: z.number().nullable(),
  height: z.number().nullable(),
  /** False when the file has no text for the page, a scan for example; also when OCR read it. */
  hasText: z.boolean(),
  /** True when the page's words come from OCR: they may be wrong, or not be there. */
  ocr: z.boolean().optional(),
})
export type Page = z.infer<typeof Page>

/** Offsets are UTF-16 code units everywhere inside Proofloop. */
export const ReviewDocument = z.object({
  /** SHA-256 of the file's bytes, hex: the document's identity. */
  sha256: z.string(),
  name: z.string(),
  pages: z.array(Page),
  paragraphs: z.array(Paragraph),
  /** ISO 639-1, null when it cannot be told. */
  language: z.string().nullable(),
})
export type ReviewDocument = z.infer<typeof ReviewDocument>

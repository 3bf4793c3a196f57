import { z } from 'zod'
import { Split } from './access.ts'
import { StoredError } from './stored-error.ts'
import { DocumentState } from './workplace.ts'

/** Documents that belong together: one and its near-copies. */
export const DocumentGroup = z.object({
  id: z.string(),
  split: Split,
  /** For ever, once it was. Only groups of the evaluation split may be. */
  shownToEngineer: z.boolean(),
})
export type DocumentGroup = z.infer<typeof DocumentGroup>

/** A file that was uploaded. Times are UTC epoch milliseconds everywhere in the store. */
export const StoredDocument = z.object({
  /** Its SHA-256, but for the copies of those who must not learn that a hidden one is there. */
  id: z.string(),
  /** SHA-256 of the file's bytes, hex. */
  sha256: z.string(),
  group: z.string(),
  split: Split,
  name: z.string().nullable(),
  mediaType: z.string(),
  /** Size of the file. */
  bytes: z.int().nonnegative(),
  /** Null until it is parsed. */
  pages: z.int().nonnegative().nullable(),
  /** Pages that have no text in the file, scans for example; null until it is parsed. */
  pagesWithoutText: z.int().nonnegative().nullable(),
  /** Those of them that OCR has read. */
  pagesReadByOcr: z.int().nonnegative().nullable(),
  /** Whether OCR is to read them. */
  ocr: z.boolean(),
  language: z.string().nullable(),
  state: DocumentState,
  /** Why it is `failed`. */
  error: StoredError.nullable(),
  uploader: z.string(),
  uploadedAt: z.int(),
  /** Who is to review it. */
  assignee: z.string().nullable(),
  forgottenAt: z.int().nullable(),
})
export type StoredDocument = z.infer<typeof StoredDocument>

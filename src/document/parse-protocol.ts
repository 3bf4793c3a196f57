import type { Highlight } from './annotate-pdf.ts'
import type { ReviewDocument } from '../schema/document.ts'

/** What goes to the guarded child. The password travels only here, never in argv or environment. */
export type ParseRequest = {
  id: number
  file: string
  name: string
  password?: string
  ocr?: boolean
}

/** Marks a PDF; what comes of it is written to `output`. */
export type AnnotateRequest = {
  id: number
  file: string
  output: string
  highlights: Highlight[]
  /** About the whole document, at the top of its first page. */
  note?: string
}

/** What is about to be read by OCR, which takes seconds a page. */
export type OcrProgress = {
  /** Its number, from 1. */
  page: number
  /** Of the pages that OCR is to read. */
  done: number
  total: number
}

export type ParseReply =
  | { id: number; document: ReviewDocument }
  | { id: number; written: true }
  | { id: number; error: { code: string; message: string } }
  | { id: number; crash: string }

/** Any number of times before the reply. */
export type ParseMessage = ParseReply | { id: number; ocr: OcrProgress }

import type { ReviewDocument } from '../schema/document.ts'

/** What goes to the guarded child. The password travels only here, never in argv or environment. */
export type ParseRequest = { id: number; file: string; name: string; password?: string }

export type ParseReply =
  | { id: number; document: ReviewDocument }
  | { id: number; error: { code: string; message: string } }
  | { id: number; crash: string }

import { z } from 'zod'
import type { ReadMarkKind } from './workplace.ts'

/** What somebody says of a document: that they have read all of it, or that this no longer holds. */
export type NewReadMark = {
  /** Made by who marks, so that sending it twice is one entry. */
  id: string
  document: string
  /** On whose page it was said. */
  review: string
  person: string
  kind: ReadMarkKind
}

/** The newest of a person, where it says that they have read all of the text as it is now. */
export const StoredReadMark = z.object({
  document: z.string(),
  review: z.string(),
  person: z.string(),
  createdAt: z.int(),
})
export type StoredReadMark = z.infer<typeof StoredReadMark>

/** Who has read all of one document. */
export type StoredReadState = {
  /** How many times somebody marked it or took that back. */
  version: number
  /** In the order in which they were made. */
  marks: StoredReadMark[]
}

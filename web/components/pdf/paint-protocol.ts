import type { Rotation } from './page-geometry.ts'

/** A part of a page to be painted, in device pixels of the page at `scale` pixels a point. */
export type PaintJob = {
  id: number
  page: number
  scale: number
  x: number
  y: number
  width: number
  height: number
}

/** What is known of a file first: of its first page the size as shown, in points; null: it is damaged. */
export type OpenedFile = { pages: number; first: { width: number; height: number } | null }

/** Why no page of a file can be painted. */
export type FileFailure = 'broken' | 'unreachable' | 'unstartable'

export type ToPainter =
  | { type: 'open'; url: string; assets: string }
  | { type: 'unlock'; password: string }
  | { type: 'paint'; job: PaintJob }
  | { type: 'cancel'; id: number }

export type FromPainter =
  | ({ type: 'opened' } & OpenedFile)
  /** The file opens with a password only; `wrong`: not with the one that came. */
  | { type: 'locked'; wrong: boolean }
  | { type: 'unusable'; failure: FileFailure }
  | { type: 'painted'; id: number; bitmap: ImageBitmap; rotation: Rotation }
  | { type: 'failed'; id: number }

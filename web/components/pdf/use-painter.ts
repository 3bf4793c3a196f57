import { useEffect, useState } from 'react'
import { createPainter, type Lock, type Painter } from './create-painter.ts'
import type { FileFailure, OpenedFile } from './paint-protocol.ts'

/** Who paints the pages, and what is known of their file by now. */
export type Painting = {
  painter: Painter | null
  opened: OpenedFile | null
  lock: Lock | null
  failure: FileFailure | null
}

/**
 * A painter for as long as the component lives; its worker loads pdf.js while the page still asks what
 * is to be painted.
 * @param url of the file; null while it is not known
 */
export function usePainter(url: string | null): Painting {
  const [painter, setPainter] = useState<Painter | null>(null)
  const [opened, setOpened] = useState<OpenedFile | null>(null)
  const [lock, setLock] = useState<Lock | null>(null)
  const [failure, setFailure] = useState<FileFailure | null>(null)
  useEffect(() => {
    const own = createPainter({
      onOpened: setOpened,
      onLock: setLock,
      onFailure: setFailure,
    })
    // A worker is started and ended with the component: there is none while rendering.
    // oxlint-disable-next-line react/set-state-in-effect
    setPainter(own)
    return () => own.close()
  }, [])
  useEffect(() => {
    if (url !== null) painter?.open(url)
  }, [painter, url])
  return { painter, opened, lock: opened === null ? lock : null, failure }
}

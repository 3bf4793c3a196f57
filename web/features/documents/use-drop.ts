import { useEffect, useEffectEvent, useState } from 'react'
import { droppedFiles } from './dropped-files.ts'

/**
 * Files and folders that are let go anywhere on the page.
 * @returns whether some are held above it
 */
export function useDrop(onFiles: (files: File[]) => void): boolean {
  const [over, setOver] = useState(false)
  const onDragOver = useEffectEvent((event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files') !== true) return
    event.preventDefault()
    setOver(true)
  })
  const onDrop = useEffectEvent((event: DragEvent): void => {
    if (event.dataTransfer === null) return
    event.preventDefault()
    setOver(false)
    void droppedFiles(event.dataTransfer).then(onFiles)
  })
  useEffect(() => {
    const gone = new AbortController()
    const { signal } = gone
    window.addEventListener('dragover', onDragOver, { signal })
    window.addEventListener('drop', onDrop, { signal })
    // Left for another element of the page it comes from that one; left for good, from none.
    window.addEventListener('dragleave', (event) => event.relatedTarget ?? setOver(false), {
      signal,
    })
    return () => gone.abort()
  }, [])
  return over
}

import { useNavigate } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { needsPassword } from './readable.ts'
import { startReview, whenRead } from './when-read.ts'

/**
 * What follows an upload. A document that came alone is opened, or its password is asked for; several
 * are reviewed while one looks at the list.
 */
export function useSent(atOnce: boolean) {
  const navigate = useNavigate()
  const [locked, setLocked] = useState<DocumentEntry | null>(null)

  const goOn = useCallback(
    async (document: DocumentEntry, alone: boolean) => {
      const review = atOnce ? await startReview(document) : null
      if (alone && review !== null) {
        await navigate({ to: '/reviews/$review', params: { review } })
      }
    },
    [atOnce, navigate],
  )
  const onSent = useCallback(
    async (sent: DocumentEntry, alone: boolean) => {
      if (!atOnce && !alone) return
      const document = await whenRead(sent)
      if (alone && needsPassword(document)) setLocked(document)
      else await goOn(document, alone)
    },
    [atOnce, goOn],
  )
  return {
    onSent,
    locked,
    closeLocked: () => setLocked(null),
    onUnlocked: (document: DocumentEntry) => void goOn(document, true),
  }
}

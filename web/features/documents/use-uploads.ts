import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import type { Split } from '../../../src/schema/access.ts'
import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import type { SplitChoice } from './drop-zone.tsx'
import { api, client, isUnreachable, sentenceOf } from '../../api.ts'

export type Upload = {
  file: File
  state: 'waiting' | 'sending' | 'sent' | 'failed'
  document: DocumentEntry | null
  failure: string | null
}

const atOnce = 3
const triesEach = 5

/** Sends files, three at a time; a server that is away is asked again some times. */
export function useUploads(
  onSent: (document: DocumentEntry, alone: boolean) => Promise<void>,
  { ocr, split }: { ocr: boolean; split: SplitChoice },
) {
  const queries = useQueryClient()
  const [uploads, setUploads] = useState<Upload[]>([])

  const add = useCallback(
    async (files: File[]) => {
      const set = (file: File, change: Partial<Upload>): void =>
        setUploads((all) => all.map((one) => (one.file === file ? { ...one, ...change } : one)))
      const waiting = files.map((file): Upload => ({
        file,
        state: 'waiting',
        document: null,
        failure: null,
      }))
      setUploads((all) => [...all.filter(({ state }) => state !== 'sent'), ...waiting])
      const rest = [...files]
      const work = async (): Promise<void> => {
        for (let file = rest.shift(); file !== undefined; file = rest.shift()) {
          set(file, { state: 'sending' })
          try {
            const document = await send({
              file,
              ...(ocr && { ocr: 'true' }),
              ...(split !== 'drawn' && { split }),
            })
            await onSent(document, files.length === 1)
            set(file, { state: 'sent', document })
          } catch (error) {
            set(file, { state: 'failed', failure: sentenceOf(error) })
          }
          void queries.invalidateQueries({ queryKey: api.documents.list.key() })
        }
      }
      await Promise.all(Array.from({ length: Math.min(atOnce, files.length) }, work))
    },
    [ocr, split, onSent, queries],
  )
  return { uploads, add, clear: () => setUploads([]) }
}

type Form = { file: File; ocr?: string; split?: Split }

async function send(form: Form, tries = triesEach): Promise<DocumentEntry> {
  try {
    return await client.documents.upload(form)
  } catch (error) {
    if (tries <= 1 || !isUnreachable(error)) throw error
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    return send(form, tries - 1)
  }
}

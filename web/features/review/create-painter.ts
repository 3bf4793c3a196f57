import type { Rotation } from './page-geometry.ts'
import type { FromPainter, PaintJob, ToPainter } from './paint-protocol.ts'

export type Painted = { bitmap: ImageBitmap; rotation: Rotation }

/** Paints pages of one PDF in a worker. */
export type Painter = {
  /** Resolves with null when it was cancelled before it was done. */
  paint(job: Omit<PaintJob, 'id'>, signal: AbortSignal): Promise<Painted | null>
  close(): void
}

/** The file waits for its password; `wrong`: for another one. */
export type Lock = { wrong: boolean; open: (password: string) => void }

type Listeners = {
  /** Why the file as a whole cannot be shown. */
  onFailure: (message: string) => void
  /** Null once it is open. */
  onLock: (lock: Lock | null) => void
}

export function createPainter(url: string, { onFailure, onLock }: Listeners): Painter {
  const worker = new Worker(new URL('./paint-worker.ts', import.meta.url), { type: 'module' })
  const waiting = new Map<number, PromiseWithResolvers<Painted | null>>()
  let last = 0
  const tell = (message: ToPainter): void => worker.postMessage(message)
  const settle = (id: number, painted: Painted | null): void => {
    waiting.get(id)?.resolve(painted)
    waiting.delete(id)
  }
  worker.onmessage = ({ data }: MessageEvent<FromPainter>) => {
    if (data.type === 'opened') return onLock(null)
    if (data.type === 'locked') {
      const open = (password: string): void => tell({ type: 'unlock', password })
      return onLock({ wrong: data.wrong, open })
    }
    if (data.type === 'painted') {
      if (!waiting.has(data.id)) data.bitmap.close()
      settle(data.id, data)
    } else if (data.id === null) onFailure(data.message)
    else settle(data.id, null)
  }
  worker.onerror = () => onFailure('The viewer could not be started.')
  tell({ type: 'open', url, assets: new URL('/pdfjs/', window.location.origin).href })
  return {
    paint(job, signal) {
      const id = (last += 1)
      const settled = Promise.withResolvers<Painted | null>()
      waiting.set(id, settled)
      signal.addEventListener('abort', () => {
        tell({ type: 'cancel', id })
        settle(id, null)
      })
      tell({ type: 'paint', job: { ...job, id } })
      return settled.promise
    },
    close() {
      for (const id of waiting.keys()) settle(id, null)
      worker.terminate()
    },
  }
}

import type { Rotation } from './page-geometry.ts'
import type { FileFailure, FromPainter, OpenedFile, PaintJob, ToPainter } from './paint-protocol.ts'

type Painted = { bitmap: ImageBitmap; rotation: Rotation }

/** Paints pages of one PDF in a worker. */
export type Painter = {
  /** What is to be painted waits until this was called. */
  open(url: string): void
  /** Resolves with null when it was cancelled before it was done. */
  paint(job: Omit<PaintJob, 'id'>, signal: AbortSignal): Promise<Painted | 'failed' | null>
  close(): void
}

/** The file waits for its password; `wrong`: for another one. */
export type Lock = { wrong: boolean; open: (password: string) => void }

type Listeners = {
  onOpened: (file: OpenedFile) => void
  onLock: (lock: Lock) => void
  /** The file as a whole cannot be shown. */
  onFailure: (failure: FileFailure) => void
}

export function createPainter({ onOpened, onLock, onFailure }: Listeners): Painter {
  const worker = new Worker(new URL('./paint-worker.ts', import.meta.url), { type: 'module' })
  const waiting = new Map<number, PromiseWithResolvers<Painted | 'failed' | null>>()
  let last = 0
  const tell = (message: ToPainter): void => worker.postMessage(message)
  const settle = (id: number, painted: Painted | 'failed' | null): void => {
    waiting.get(id)?.resolve(painted)
    waiting.delete(id)
  }
  worker.onmessage = ({ data }: MessageEvent<FromPainter>) => {
    switch (data.type) {
      case 'opened':
        onOpened(data)
        break
      case 'locked':
        onLock({ wrong: data.wrong, open: (password) => tell({ type: 'unlock', password }) })
        break
      case 'unusable':
        onFailure(data.failure)
        break
      case 'painted':
        if (!waiting.has(data.id)) data.bitmap.close()
        settle(data.id, data)
        break
      case 'failed':
        settle(data.id, 'failed')
        break
    }
  }
  worker.onerror = () => onFailure('unstartable')
  return {
    open(url) {
      tell({ type: 'open', url, assets: new URL('/pdfjs/', window.location.origin).href })
    },
    paint(job, signal) {
      const id = (last += 1)
      const settled = Promise.withResolvers<Painted | 'failed' | null>()
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

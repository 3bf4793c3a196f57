import type { PDFDocumentProxy, PDFPageProxy, RenderTask } from 'pdfjs-dist'
import type { FileFailure, FromPainter, PaintJob, ToPainter } from './paint-protocol.ts'
import type { Rotation } from './page-geometry.ts'

/*
 * pdf.js as a whole runs in this worker and paints on canvases that have no document: scrolling costs
 * the page no more than showing a bitmap. pdf.js asks `window` for animation frames, and would take
 * this worker for its own parsing worker if there were none.
 */
Object.assign(globalThis, { window: globalThis })

const loading = import('pdfjs-dist')
const parser = import('pdfjs-dist/build/pdf.worker.min.mjs?url')

/** Bytes. Each part is a request, and for a hidden document an entry in the audit log. */
const partSize = 2 ** 18

const opening = Promise.withResolvers<PDFDocumentProxy>()
/** Set while the file waits for its password. */
let unlock: ((password: string) => void) | undefined
let jobs: PaintJob[] = []
let running: { id: number; task: RenderTask | null } | null = null

onmessage = ({ data }: MessageEvent<ToPainter>) => {
  switch (data.type) {
    case 'open':
      open(data).then(answer, async () => {
        answer({ type: 'unusable', failure: await failureOf(data.url) })
      })
      break
    case 'unlock':
      unlock?.(data.password)
      break
    case 'paint':
      jobs.push(data.job)
      void work()
      break
    case 'cancel':
      jobs = jobs.filter(({ id }) => id !== data.id)
      if (running?.id === data.id) running.task?.cancel()
      break
  }
}

function answer(message: FromPainter, transfer: Transferable[] = []): void {
  postMessage(message, { transfer })
}

/** The first page is there before the rest of the file is read; without it, others may be good. */
async function open(file: { url: string; assets: string }): Promise<FromPainter> {
  const pdf = await load(file)
  opening.resolve(pdf)
  const first = await pdf.getPage(1).then(sizeOf, () => null)
  return { type: 'opened', pages: pdf.numPages, first }
}

/**
 * pdf.js wraps its errors until nothing tells a damaged file from one that did not come, and its words
 * are for those who write viewers. So the file is asked for once more.
 */
async function failureOf(url: string): Promise<FileFailure> {
  const answer = await fetch(url, { headers: { range: 'bytes=0-0' } }).catch(() => null)
  return answer?.ok === true ? 'broken' : 'unreachable'
}

function sizeOf(page: PDFPageProxy): { width: number; height: number } {
  const { width, height } = page.getViewport({ scale: 1 / page.userUnit })
  return { width, height }
}

async function load({ url, assets }: { url: string; assets: string }): Promise<PDFDocumentProxy> {
  const pdfjs = await loading
  pdfjs.GlobalWorkerOptions.workerSrc = (await parser).default
  const task = pdfjs.getDocument({
    url,
    // Files above twice this come by parts, and of those only what is shown.
    rangeChunkSize: partSize,
    disableStream: true,
    disableAutoFetch: true,
    cMapUrl: `${assets}cmaps/`,
    standardFontDataUrl: `${assets}standard_fonts/`,
    wasmUrl: `${assets}wasm/`,
    iccUrl: `${assets}iccs/`,
    useWorkerFetch: true,
    ownerDocument: { fonts: (globalThis as unknown as { fonts: FontFaceSet }).fonts },
    CanvasFactory: WorkerCanvases,
    FilterFactory: NoFilters,
    verbosity: pdfjs.VerbosityLevel.ERRORS,
  } as unknown as Parameters<typeof pdfjs.getDocument>[0])
  task.onPassword = (update: (password: string) => void, reason: number): void => {
    unlock = update
    answer({ type: 'locked', wrong: reason === pdfjs.PasswordResponses.INCORRECT_PASSWORD })
  }
  return task.promise
}

async function work(): Promise<void> {
  if (running !== null) return
  for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
    running = { id: job.id, task: null }
    try {
      const { bitmap, rotation } = await paint(job)
      answer({ type: 'painted', id: job.id, bitmap, rotation }, [bitmap])
    } catch {
      // Cancelled ones are nobody's any more; of others the page shows the words.
      answer({ type: 'failed', id: job.id })
    }
  }
  running = null
}

async function paint(job: PaintJob): Promise<{ bitmap: ImageBitmap; rotation: Rotation }> {
  const pdf = await opening.promise
  const page = await pdf.getPage(job.page)
  const canvas = new OffscreenCanvas(job.width, job.height)
  const viewport = page.getViewport({
    scale: job.scale / page.userUnit,
    offsetX: -job.x,
    offsetY: -job.y,
  })
  const canvasContext = canvas.getContext('2d', { alpha: false })
  const task = page.render({
    canvas: null,
    canvasContext: canvasContext as unknown as CanvasRenderingContext2D,
    viewport,
  })
  if (running?.id === job.id) running.task = task
  await task.promise
  return { bitmap: canvas.transferToImageBitmap(), rotation: page.rotate as Rotation }
}

/** What pdf.js asks of a canvas factory. */
class WorkerCanvases {
  create(width: number, height: number) {
    const canvas = new OffscreenCanvas(width, height)
    return { canvas, context: canvas.getContext('2d', { willReadFrequently: true }) }
  }
  reset({ canvas }: { canvas: OffscreenCanvas }, width: number, height: number) {
    Object.assign(canvas, { width, height })
  }
  destroy({ canvas }: { canvas: OffscreenCanvas }) {
    Object.assign(canvas, { width: 0, height: 0 })
  }
}

/** SVG filters need a document; without them pdf.js mends colours pixel by pixel. */
class NoFilters {
  addFilter = none
  addHCMFilter = none
  addAlphaFilter = none
  addLuminosityFilter = none
  addKnockoutFilter = none
  addHighlightHCMFilter = none
  addSelectionHCMFilter = none
  addSelectionFilter = none
  createSelectionStyle = () => null
  destroy() {}
}

function none(): string {
  return 'none'
}

import { createRequire } from 'node:module'
import path from 'node:path'
import tesseract from 'tesseract.js'
import type { OcrLine } from './ocr-words.ts'
import type { PageImage } from './render-page.ts'

/** Reads pictures of pages, one at a time; it has a thread of its own. English only. */
export type OcrEngine = { read(image: PageImage): Promise<OcrLine[]> }

/** Loads the engine and its language data from the packages installed; nothing is downloaded. */
export async function createOcrEngine(): Promise<OcrEngine> {
  const data = createRequire(import.meta.url).resolve('@tesseract.js-data/eng/package.json')
  const worker = await tesseract.createWorker('eng', tesseract.OEM.LSTM_ONLY, {
    langPath: path.join(path.dirname(data), '4.0.0_best_int'),
    gzip: true,
    cacheMethod: 'none',
    // What fails also rejects its promise; without this it would end the process, too.
    errorHandler: () => {},
  })
  await worker.setParameters({ tessedit_pageseg_mode: tesseract.PSM.AUTO })
  return {
    async read({ bytes, pixelsPerPoint }) {
      await worker.setParameters({ user_defined_dpi: String(Math.round(pixelsPerPoint * 72)) })
      const { data: page } = await worker.recognize(bytes, {}, { blocks: true, text: false })
      const paragraphs = (page.blocks ?? []).flatMap((block) => block.paragraphs)
      return paragraphs.flatMap(({ lines }) => lines)
    },
  }
}

import { access, constants, stat } from 'node:fs/promises'
import path from 'node:path'
import PQueue from 'p-queue'
import { UserFacingError } from '../lib/errors.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { OcrProgress } from './parse-protocol.ts'
import type { Highlight } from './annotate-pdf.ts'
import { GuardedChild, type ParseLimits } from './guarded-child.ts'

export type DocumentReader = {
  /**
   * Reads a document of any format that is listed in docs/documents.md.
   * @throws UserFacingError with a code `document-…` for everything that can be wrong with a file
   */
  read(file: string, options?: ReadOptions): Promise<ReviewDocument>
  /**
   * Writes the PDF with highlights to `output`, in the same guarded way.
   * @throws UserFacingError document-not-annotated and those of `read`
   */
  annotate(
    file: string,
    options: { highlights: Highlight[]; note?: string; output: string; signal?: AbortSignal },
  ): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export type ReadOptions = {
  password?: string
  signal?: AbortSignal
  /** Before each page that OCR reads. */
  onOcr?: (progress: OcrProgress) => void
}

const defaultLimits: ParseLimits = {
  bytes: 200 * 2 ** 20,
  memory: 2048 * 2 ** 20,
  time: 15_000,
  ocrTime: 90_000,
}

export type ReaderOptions = {
  limits?: Partial<ParseLimits>
  children?: number
  /** Read pages without text by OCR: seconds a page, and half a gigabyte more in each child. */
  ocr?: boolean
}

/**
 * Reads documents in child processes that have no environment and are killed when a file takes too
 * much memory or time. A child is used again for the next file.
 */
export function createDocumentReader(options: ReaderOptions = {}): DocumentReader {
  const limits = { ...defaultLimits, ...options.limits }
  const children = options.children ?? 2
  const idle = Array.from({ length: children }, () => new GuardedChild(limits))
  const all = [...idle]
  const queue = new PQueue({ concurrency: children })
  let id = 0
  const withChild = <T>(use: (child: GuardedChild) => Promise<T>): Promise<T> =>
    queue.add(async () => {
      // Used last first: one child is enough when files come one by one.
      const child = idle.pop() ?? new GuardedChild(limits)
      try {
        return await use(child)
      } finally {
        idle.push(child)
      }
    })
  return {
    async read(file, { password, signal, onOcr } = {}) {
      await checkDocumentFile(file, limits)
      return withChild((child) => {
        const source = { file: path.resolve(file), name: path.basename(file) }
        return child.parse(
          { id: (id += 1), ...source, password, ocr: options.ocr },
          { signal, onOcr },
        )
      })
    },
    async annotate(file, { signal, ...marks }) {
      await checkFile(file, limits)
      await withChild((child) =>
        child.annotate({ id: (id += 1), file: path.resolve(file), ...marks }, { signal }),
      )
    },
    async [Symbol.asyncDispose]() {
      for (const child of all) child.kill()
    },
  }
}

/**
 * What can be told of a file without parsing it.
 * @throws UserFacingError document-not-found, document-empty, document-too-large and the like
 */
export async function checkDocumentFile(
  file: string,
  limits: Pick<ParseLimits, 'bytes'> = defaultLimits,
): Promise<void> {
  await checkFile(file, limits)
  await checkReadable(file)
}

async function checkFile(file: string, limits: Pick<ParseLimits, 'bytes'>): Promise<void> {
  const info = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new UserFacingError('document-not-found', whyUnreachable(error), { cause: error })
  })
  if (info.isDirectory()) {
    throw new UserFacingError('document-is-directory', 'It is a folder, not a document.')
  }
  if (!info.isFile()) {
    throw new UserFacingError('document-not-supported', 'It is not a regular file.')
  }
  if (info.size === 0) throw new UserFacingError('document-empty', 'The file is empty.')
  if (info.size > limits.bytes) {
    const [size, limit] = [info.size, limits.bytes].map((bytes) => Math.round(bytes / 2 ** 20))
    throw new UserFacingError(
      'document-too-large',
      `The file has ${size} MB; at most ${limit} MB can be read. Split it.`,
    )
  }
}

async function checkReadable(file: string): Promise<void> {
  await access(file, constants.R_OK).catch((error: unknown) => {
    throw new UserFacingError(
      'document-not-found',
      'The file may not be read. Check its permissions.',
      { cause: error },
    )
  })
}

function whyUnreachable(error: NodeJS.ErrnoException): string {
  if (error.code === 'EACCES') return 'The folder may not be opened. Check its permissions.'
  return 'There is no such file. Check the path.'
}

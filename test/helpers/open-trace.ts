import { createTracing } from '../../src/cli/tracing/tracing.ts'
import { tempFolder } from './temp-folder.ts'
import { readTraceFile, type SentSpan } from './trace-file.ts'

/** Traces into a file, without a command; `spans` ends that and reads them. */
export async function openTrace({ content = false } = {}) {
  const temp = await tempFolder({})
  const tracing = await createTracing(
    { trace: 'out.jsonl', traceContent: content },
    {
      stdout: { write: () => {} },
      stderr: { write: () => {} },
      cwd: temp.folder,
      env: {},
      signal: new AbortController().signal,
      interactive: false,
      color: false,
      width: 80,
    },
  )
  return {
    root: tracing.root,
    async spans(): Promise<SentSpan[]> {
      await tracing[Symbol.asyncDispose]()
      return readTraceFile(temp.path('out.jsonl'))
    },
    [Symbol.asyncDispose]: () => temp[Symbol.asyncDispose](),
  }
}

import { UserFacingError } from './errors.ts'

/** What is null is not recorded: an unknown number is not 0. */
export type SpanAttributes = Record<string, string | number | boolean | string[] | null>

/**
 * One piece of work in a trace. A span is passed to the work that it stands for, and its children are
 * made from it: nothing looks up a current span.
 */
export type Span = {
  /** A span inside this one, which starts now. `client`: it waits for another system. */
  child(name: string, attributes: SpanAttributes, kind?: 'client'): Span
  set(attributes: SpanAttributes): void
  event(name: string, attributes: SpanAttributes): void
  /** Marks the work as failed. Messages may hold content; a code never does. */
  fail(code: string): void
  end(): void
  /** Whether texts and names of documents, prompts and answers may be recorded. */
  readonly content: boolean
}

/** Where nobody traces. */
export const noSpan: Span = {
  child: () => noSpan,
  set: () => {},
  event: () => {},
  fail: () => {},
  end: () => {},
  content: false,
}

/** Does the work of a span, which ends with it and fails with it. */
export async function inSpan<T>(span: Span, work: (span: Span) => Promise<T>): Promise<T> {
  try {
    return await work(span)
  } catch (error) {
    span.fail(errorCode(error))
    throw error
  } finally {
    span.end()
  }
}

function errorCode(error: unknown): string {
  if (error instanceof UserFacingError) return error.code
  return error instanceof Error && error.name === 'AbortError' ? 'interrupted' : 'internal'
}

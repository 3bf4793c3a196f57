import { closeSync, openSync, writeSync } from 'node:fs'
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace'
import { UserFacingError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import { otlpJsonLine } from './otlp-json.ts'

const spansPerLine = 512

/**
 * Writes spans to a file, replacing what is there. A run's spans are on disk when the run ends: they
 * are written at once, so that a command that is killed loses only runs that are under way.
 * @param warn told once when the file can no longer be written; spans are then left out
 * @throws UserFacingError trace-not-writable
 */
export function createTraceFile(
  file: { name: string; path: string },
  warn: (sentence: string) => void,
): SpanProcessor {
  const descriptor = open(file)
  let waiting: ReadableSpan[] = []
  let full = false
  const flush = (): void => {
    const line = otlpJsonLine(waiting)
    waiting = []
    if (full) return
    try {
      writeAll(descriptor, line)
    } catch (error) {
      full = true
      warn(
        `${printable(file.name)} can no longer be written (${codeOf(error)}): later traces are not in it.`,
      )
    }
  }
  return {
    onStart() {},
    onEnd(span) {
      waiting.push(span)
      if (waiting.length >= spansPerLine || span.parentSpanContext === undefined) flush()
    },
    async forceFlush() {
      flush()
    },
    async shutdown() {
      flush()
      closeSync(descriptor)
    },
  }
}

function open({ name, path }: { name: string; path: string }): number {
  try {
    return openSync(path, 'w')
  } catch (cause) {
    throw new UserFacingError(
      'trace-not-writable',
      `${printable(name)} cannot be written (${codeOf(cause)}). Check the folder and its rights.`,
      { cause },
    )
  }
}

/** A pipe or a full disk may take less than all at once. */
function writeAll(descriptor: number, line: string): void {
  const bytes = Buffer.from(line)
  let done = 0
  while (done < bytes.length) done += writeSync(descriptor, bytes, done)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
}

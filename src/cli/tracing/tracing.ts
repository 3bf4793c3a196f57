import { noSpan, type Span } from '../../lib/span.ts'
import type { Io } from '../io.ts'
import { version } from '../version.ts'
import { type TraceOptions, traceSettings } from './trace-settings.ts'

/** `root` is where runs are traced to; disposing writes and sends what is left. */
export type Tracing = { root: Span } & AsyncDisposable

/**
 * Traces of one command. OpenTelemetry is loaded only when someone asked for traces.
 * @throws UserFacingError trace-not-writable
 */
export async function createTracing(options: TraceOptions, io: Io): Promise<Tracing> {
  const warn = (sentence: string): unknown => io.stderr.write(`Warning: ${sentence}\n`)
  const settings = traceSettings(options, io)
  for (const sentence of settings?.warnings ?? []) warn(sentence)
  if (settings === null || (settings.file === null && settings.otlp === null)) {
    return { root: noSpan, [Symbol.asyncDispose]: async () => {} }
  }
  const { startOpenTelemetry } = await import('./open-telemetry.ts')
  const telemetry = startOpenTelemetry(settings, { version: version(), warn })
  return { root: telemetry.root, [Symbol.asyncDispose]: () => telemetry.shutdown() }
}

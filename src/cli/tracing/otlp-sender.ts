import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace'
import type { OtlpSettings } from './trace-settings.ts'

/** A burst of this many spans waits for the receiver; what goes beyond is counted as not sent. */
const longestQueue = 12_000

/**
 * Sends spans to a receiver in the background. A receiver that is down costs the run nothing but the
 * time of one last try at its end.
 * @param warn told once at the end, when spans could not be sent
 */
export function createOtlpSender(
  { url, headers, timeoutMs }: OtlpSettings,
  warn: (sentence: string) => void,
): SpanProcessor {
  const exporter = new OTLPTraceExporter({ url, headers, timeoutMillis: timeoutMs })
  const outcome = { ended: 0, sent: 0, down: false, ending: false, reason: 'too many at once' }
  const batches = new BatchSpanProcessor({
    exporter: counting(exporter, outcome),
    maxQueueSize: longestQueue,
  })
  return {
    onStart() {},
    onEnd(span) {
      outcome.ended += 1
      batches.onEnd(span)
    },
    forceFlush: () => batches.forceFlush(),
    async shutdown() {
      outcome.ending = true
      await batches.shutdown()
      const lost = outcome.ended - outcome.sent
      if (lost === 0) return
      const where = new URL(url).origin
      warn(
        `${lost} of ${outcome.ended} spans could not be sent to ${where} (${outcome.reason}). Check OTEL_EXPORTER_OTLP_ENDPOINT; the run itself is complete.`,
      )
    },
  }
}

type Outcome = { ended: number; sent: number; down: boolean; ending: boolean; reason: string }

/** The processor would throw away why an export failed. At the end, who was down is not asked again. */
function counting(exporter: SpanExporter, outcome: Outcome): SpanExporter {
  const succeeded = { code: 0 }
  return {
    export(spans, done) {
      if (outcome.ending && outcome.down) return done(succeeded)
      exporter.export(spans, ({ code, error }) => {
        outcome.down = code !== succeeded.code
        if (outcome.down) outcome.reason = reasonOf(error)
        else outcome.sent += spans.length
        done(succeeded)
      })
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  }
}

/** Never the message: a receiver's answer may repeat what it was sent. */
function reasonOf(error: Error | undefined): string {
  const code = error !== undefined && 'code' in error ? error.code : undefined
  if (typeof code === 'number') return `HTTP ${code}`
  return typeof code === 'string' ? code : 'no answer in time'
}

import type { Attributes, HrTime } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { fractionNames } from '../../schema/trace-names.ts'

/**
 * One line of a trace file: spans of one process as OTLP in JSON, like the file exporter of the
 * OpenTelemetry Collector writes it. Whole numbers are strings, as JSON of protocol buffers has them.
 */
export function otlpJsonLine(spans: readonly ReadableSpan[]): string {
  const [first] = spans
  if (first === undefined) return ''
  const { name, version, schemaUrl } = first.instrumentationScope
  const resourceSpans = {
    resource: { attributes: keyValues(first.resource.attributes) },
    scopeSpans: [{ scope: { name, version }, spans: spans.map(otlpSpan), schemaUrl }],
  }
  return `${JSON.stringify({ resourceSpans: [resourceSpans] })}\n`
}

function otlpSpan(span: ReadableSpan) {
  const { traceId, spanId, traceFlags } = span.spanContext()
  return {
    traceId,
    spanId,
    ...(span.parentSpanContext && { parentSpanId: span.parentSpanContext.spanId }),
    // Bit 8: it is known whether the parent is of another process; it never is.
    flags: (traceFlags & 0xff) | 0x100,
    name: span.name,
    kind: span.kind + 1,
    startTimeUnixNano: nanoseconds(span.startTime),
    endTimeUnixNano: nanoseconds(span.endTime),
    attributes: keyValues(span.attributes),
    events: span.events.map(({ name, time, attributes }) => ({
      timeUnixNano: nanoseconds(time),
      name,
      attributes: keyValues(attributes ?? {}),
    })),
    status: { code: span.status.code },
  }
}

function nanoseconds([seconds, rest]: HrTime): string {
  return String(BigInt(seconds) * 1_000_000_000n + BigInt(rest))
}

function keyValues(attributes: Attributes): { key: string; value: unknown }[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: fractionNames.has(key) ? { doubleValue: value } : anyValue(value),
  }))
}

function anyValue(value: unknown): unknown {
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } }
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value !== 'number') return {}
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}

import { readFileSync } from 'node:fs'

type KeyValue = { key: string; value: Record<string, unknown> }

/** A span as OTLP in JSON has it, with its attributes as an object. */
export type SentSpan = {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes: Record<string, unknown>
  events: { name: string; attributes: Record<string, unknown> }[]
  status: { code: number }
  schemaUrl: string
  resource: Record<string, unknown>
}

type Raw = Omit<SentSpan, 'attributes' | 'events'> & {
  attributes: KeyValue[]
  events: { name: string; attributes: KeyValue[] }[]
}

type Request = {
  resourceSpans: {
    resource: { attributes: KeyValue[] }
    scopeSpans: { schemaUrl: string; spans: Raw[] }[]
  }[]
}

/** The spans of a trace file. */
export function readTraceFile(file: string): SentSpan[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  if (lines.at(-1) !== '') throw new Error('the last line is not complete')
  return lines.slice(0, -1).flatMap((line) => spansOf(JSON.parse(line)))
}

/** The spans of one request of OTLP, or of one line of a file. */
export function spansOf({ resourceSpans }: Request): SentSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ schemaUrl, spans }) =>
      spans.map((span) => ({
        ...span,
        attributes: plain(span.attributes),
        events: span.events.map(({ name, attributes }) => ({
          name,
          attributes: plain(attributes),
        })),
        schemaUrl,
        resource: plain(resource.attributes),
      })),
    ),
  )
}

/** Whole numbers may be strings or numbers in JSON. */
function plain(attributes: KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]))
}

function valueOf(value: Record<string, unknown>): unknown {
  if ('intValue' in value) return Number(value['intValue'])
  if ('arrayValue' in value) {
    const { values } = value['arrayValue'] as { values: Record<string, unknown>[] }
    return values.map(valueOf)
  }
  return Object.values(value)[0]
}

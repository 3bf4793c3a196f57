import {
  ROOT_CONTEXT,
  type Context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { Span, SpanAttributes } from '../../lib/span.ts'
import { genAiSchemaUrl, traceNames } from '../../schema/trace-names.ts'
import { createOtlpSender } from './otlp-sender.ts'
import { createTraceFile } from './trace-file.ts'
import type { SamplerSettings, TraceSettings } from './trace-settings.ts'

export type OpenTelemetry = { root: Span; shutdown(): Promise<void> }

/**
 * A provider of its own for one command; nothing is registered globally.
 * @throws UserFacingError trace-not-writable
 */
export function startOpenTelemetry(
  settings: TraceSettings,
  { version, warn }: { version: string; warn: (sentence: string) => void },
): OpenTelemetry {
  const spanProcessors: SpanProcessor[] = [
    ...(settings.file ? [createTraceFile(settings.file, warn)] : []),
    ...(settings.otlp ? [createOtlpSender(settings.otlp, warn)] : []),
  ]
  const own = { 'service.name': 'proofloop', 'service.version': version, ...settings.resource }
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes(own)),
    sampler: new ParentBasedSampler({ root: samplerOf(settings.sampler) }),
    // A run has an event for each issue type of a dataset, however many there are.
    spanLimits: { eventCountLimit: Infinity },
    spanProcessors,
  })
  const tracer = provider.getTracer('proofloop', version, { schemaUrl: genAiSchemaUrl })
  return {
    root: rootSpan({ tracer, content: settings.content }),
    shutdown: () => provider.shutdown(),
  }
}

type Maker = { tracer: Tracer; content: boolean }
/** Milliseconds since 1970, with fractions. */
type Clock = () => number

/** Not a span itself: its children are traces of their own. */
function rootSpan(maker: Maker): Span {
  return {
    child: (...args) => startSpan({ ...maker, now: createClock() }, ROOT_CONTEXT, args),
    set() {},
    event() {},
    fail() {},
    end() {},
    content: maker.content,
  }
}

/**
 * One clock for each trace. The SDK reads the time of day, in whole milliseconds, for each span, so
 * that some would end after the span that they are in.
 */
function createClock(): Clock {
  const offset = Date.now() - performance.now()
  return () => offset + performance.now()
}

function startSpan(
  maker: Maker & { now: Clock },
  parent: Context,
  [name, attributes, kind]: Parameters<Span['child']>,
): Span {
  const options = {
    attributes: known(attributes),
    kind: kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL,
    startTime: maker.now(),
  }
  const span = maker.tracer.startSpan(name, options, parent)
  const context = trace.setSpan(parent, span)
  return {
    child: (...args) => startSpan(maker, context, args),
    set: (values) => void span.setAttributes(known(values)),
    event: (event, values) => void span.addEvent(event, known(values), maker.now()),
    fail(code) {
      span.setAttribute(traceNames.errorType, code).setStatus({ code: SpanStatusCode.ERROR })
    },
    end: () => span.end(maker.now()),
    content: maker.content,
  }
}

function known(attributes: SpanAttributes): Record<string, string | number | boolean | string[]> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
  )
}

function samplerOf(settings: SamplerSettings): Sampler {
  switch (settings.kind) {
    case 'always_on':
      return new AlwaysOnSampler()
    case 'always_off':
      return new AlwaysOffSampler()
    case 'ratio':
      return new TraceIdRatioBasedSampler(settings.ratio)
  }
}

import path from 'node:path'
import { printable } from '../../lib/printable.ts'
import { keyValuePairs } from './key-value-pairs.ts'

type Environment = Record<string, string | undefined>

export type TraceOptions = {
  /** File for the traces. */
  trace?: string
  traceContent?: boolean
}

export type TraceSettings = {
  content: boolean
  /** The file as it was named, and where it is. */
  file: { name: string; path: string } | null
  otlp: OtlpSettings | null
  resource: Record<string, string>
  sampler: SamplerSettings
  /** What of the environment cannot be followed, a sentence each. */
  warnings: string[]
}

export type OtlpSettings = { url: string; headers: Record<string, string>; timeoutMs: number }

export type SamplerSettings =
  | { kind: 'always_on' | 'always_off' }
  | { kind: 'ratio'; ratio: number }

/** The standard says 10 s; at the end of a command nobody wants to wait that long for a receiver. */
const defaultTimeoutMs = 5_000

/**
 * What to trace and where to, from the command line and the standard variables of OpenTelemetry.
 * @returns null when nobody asked for traces
 */
export function traceSettings(
  options: TraceOptions,
  { env, cwd }: { env: Environment; cwd: string },
): TraceSettings | null {
  const warnings: string[] = []
  const warn = (sentence: string): void => void warnings.push(sentence)
  const file = options.trace
  const otlp = otlpSettings(env, warn)
  if (file === undefined && otlp === null && warnings.length === 0 && options.traceContent) {
    warn('--trace-content does nothing without --trace or OTEL_EXPORTER_OTLP_ENDPOINT.')
  }
  if (file === undefined && otlp === null && warnings.length === 0) return null
  return {
    content: options.traceContent || asksForContent(env),
    file: file === undefined ? null : { name: file, path: path.resolve(cwd, file) },
    otlp,
    resource: resourceAttributes(env),
    sampler: samplerSettings(env, warn),
    warnings,
  }
}

/** `true` is what the convention began with; the others name where content may go. */
function asksForContent(env: Environment): boolean {
  const value = env['OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT']?.trim().toLowerCase()
  return ['true', 'span_only', 'span_and_event'].includes(value ?? '')
}

function otlpSettings(env: Environment, warn: (sentence: string) => void): OtlpSettings | null {
  const exporters = set(env, 'OTEL_TRACES_EXPORTER')
  const own = set(env, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT')
  const general = set(env, 'OTEL_EXPORTER_OTLP_ENDPOINT')
  const wanted =
    exporters === undefined
      ? (own ?? general) !== undefined
      : exporters.split(',').some((name) => name.trim() === 'otlp')
  if (!wanted || env['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true') return null
  const protocol =
    set(env, 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? set(env, 'OTEL_EXPORTER_OTLP_PROTOCOL')
  if (protocol === 'grpc') {
    warn(
      'traces are not sent: OTEL_EXPORTER_OTLP_PROTOCOL is grpc. Set it to http/json and give the port for HTTP, often 4318.',
    )
    return null
  }
  const url = own ?? `${(general ?? 'http://localhost:4318').replace(/\/+$/, '')}/v1/traces`
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    const name =
      own === undefined ? 'OTEL_EXPORTER_OTLP_ENDPOINT' : 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'
    warn(`traces are not sent: ${name} is no http or https URL. Set it like http://localhost:4318.`)
    return null
  }
  const timeout = Number(
    set(env, 'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT') ?? set(env, 'OTEL_EXPORTER_OTLP_TIMEOUT'),
  )
  return {
    url,
    headers: {
      ...keyValuePairs(env['OTEL_EXPORTER_OTLP_HEADERS']),
      ...keyValuePairs(env['OTEL_EXPORTER_OTLP_TRACES_HEADERS']),
    },
    timeoutMs: timeout > 0 ? timeout : defaultTimeoutMs,
  }
}

function resourceAttributes(env: Environment): Record<string, string> {
  const name = set(env, 'OTEL_SERVICE_NAME')
  return {
    ...keyValuePairs(env['OTEL_RESOURCE_ATTRIBUTES']),
    ...(name !== undefined && { 'service.name': name }),
  }
}

function samplerSettings(env: Environment, warn: (sentence: string) => void): SamplerSettings {
  const named = set(env, 'OTEL_TRACES_SAMPLER') ?? 'always_on'
  switch (named.replace(/^parentbased_/, '')) {
    case 'always_on':
      return { kind: 'always_on' }
    case 'always_off':
      return { kind: 'always_off' }
    case 'traceidratio': {
      const ratio = Number(set(env, 'OTEL_TRACES_SAMPLER_ARG') ?? 1)
      if (ratio >= 0 && ratio <= 1) return { kind: 'ratio', ratio }
      warn('OTEL_TRACES_SAMPLER_ARG is no share between 0 and 1, so every run is traced.')
      return { kind: 'always_on' }
    }
    default:
      warn(`OTEL_TRACES_SAMPLER is ${printable(named)}, which is not known: every run is traced.`)
      return { kind: 'always_on' }
  }
}

/** An empty variable counts as not set, as the standard has it. */
function set(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim()
  return value === '' ? undefined : value
}

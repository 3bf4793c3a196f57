import { expect, test } from 'vitest'
import { type TraceOptions, traceSettings } from './trace-settings.ts'

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' }

function settings(env: Record<string, string>, options: Partial<TraceOptions> = {}) {
  return traceSettings({ traceContent: false, ...options }, { env, cwd: '/flows' })
}

test('without a file and without variables there are no traces', () => {
  expect(settings({})).toBeNull()
  expect(settings({ OTEL_SERVICE_NAME: 'a', OTEL_EXPORTER_OTLP_ENDPOINT: ' ' })).toBeNull()
})

test('a general endpoint gets the path of traces, a traces endpoint is taken as it is', () => {
  expect(settings(endpoint)?.otlp?.url).toBe('http://collector:4318/v1/traces')
  const own = { ...endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example/in?a=b' }
  expect(settings(own)?.otlp?.url).toBe('https://traces.example/in?a=b')
})

test('OTEL_TRACES_EXPORTER asks for OTLP at its usual place, or for nothing', () => {
  const named = (exporter: string) => settings({ ...endpoint, OTEL_TRACES_EXPORTER: exporter })
  expect(settings({ OTEL_TRACES_EXPORTER: 'otlp' })?.otlp?.url).toBe(
    'http://localhost:4318/v1/traces',
  )
  expect(named('console, otlp')?.otlp).not.toBeNull()
  expect(named('none')).toBeNull()
})

test('OTEL_SDK_DISABLED stops sending; a file that is asked for is still written', () => {
  const disabled = { ...endpoint, OTEL_SDK_DISABLED: 'TRUE' }
  expect(settings(disabled)).toBeNull()
  expect(settings(disabled, { trace: 'out.jsonl' })).toMatchObject({
    file: { name: 'out.jsonl', path: '/flows/out.jsonl' },
    otlp: null,
  })
})

test('headers of traces win over general ones; what is not a pair is left out', () => {
  const headers = settings({
    ...endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=two%20words;meta=x,broken,=no,c=%zz',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'a=2=3',
  })?.otlp?.headers
  expect(headers).toEqual({ a: '2=3', b: 'two words' })
})

test.for([
  [{ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'is grpc. Set it to http/json'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'OTEL_EXPORTER_OTLP_ENDPOINT is no http'],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'no url' }, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is no'],
] as const)('what cannot be sent to is told: %j', ([env, sentence]) => {
  const { otlp, warnings } = settings(env) ?? {}
  expect(otlp).toBeNull()
  expect(warnings).toEqual([expect.stringContaining(sentence)])
})

test.for([
  ['always_off', undefined, { kind: 'always_off' }, 0],
  ['parentbased_traceidratio', '0.25', { kind: 'ratio', ratio: 0.25 }, 0],
  ['traceidratio', 'half', { kind: 'always_on' }, 1],
  ['jaeger_remote', undefined, { kind: 'always_on' }, 1],
] as const)('sampler %s with %s', ([name, arg, sampler, warnings]) => {
  const env = {
    ...endpoint,
    OTEL_TRACES_SAMPLER: name,
    ...(arg !== undefined && { OTEL_TRACES_SAMPLER_ARG: arg }),
  }
  const read = settings(env)
  expect(read?.sampler).toEqual(sampler)
  expect(read?.warnings).toHaveLength(warnings)
})

test('content without a place to trace to is told, unless something else already is', () => {
  expect(settings({}, { traceContent: true })?.warnings).toEqual([
    '--trace-content does nothing without --trace or OTEL_EXPORTER_OTLP_ENDPOINT.',
  ])
  const grpc = { ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }
  expect(settings(grpc, { traceContent: true })?.warnings).toHaveLength(1)
})

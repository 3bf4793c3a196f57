import { monitorEventLoopDelay } from 'node:perf_hooks'
import { testQueue } from '../evaluation/evaluation-host.ts'
import { auditQueue, gateQueue } from '../gate/gate-host.ts'

type Labels = Record<string, string>
type Family = { type: 'counter' | 'histogram' | 'gauge'; help: string }

const families = {
  proofloop_http_requests_total: { type: 'counter', help: 'Requests that were answered.' },
  proofloop_http_request_seconds: {
    type: 'histogram',
    help: 'Time until the answer began, without streams.',
  },
  proofloop_open_streams: { type: 'gauge', help: 'Server-Sent Event streams that are open.' },
  proofloop_jobs_failed_total: { type: 'counter', help: 'Runs of background jobs that failed.' },
  proofloop_reader_wall: {
    type: 'gauge',
    help: 'Whether PostgreSQL itself holds back rows from readers: 1, or 0 without a role for them.',
  },
  proofloop_event_loop_delay_seconds: {
    type: 'gauge',
    help: 'Delay of the event loop since the last scrape, by quantile; 1 is the longest.',
  },
  process_cpu_seconds_total: { type: 'counter', help: 'CPU time of this process.' },
  process_resident_memory_bytes: { type: 'gauge', help: 'Memory of this process.' },
} satisfies Record<string, Family>

type Name = keyof typeof families

/** How busy the process is, which a run over hidden examples shows. */
const busy: ReadonlySet<Name> = new Set([
  'proofloop_event_loop_delay_seconds',
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
])
const failedOnHidden = new Set(
  [gateQueue, auditQueue, testQueue].map(({ name }) => {
    return series('proofloop_jobs_failed_total', { queue: name })
  }),
)

const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Numbers of this process in the text format of Prometheus 0.0.4. */
export type Metrics = {
  add(name: Name, labels?: Labels, by?: number): void
  observe(name: Name, seconds: number, labels?: Labels): void
  /** @param withoutRuns leaves out what tells of runs over hidden examples; default false */
  text(options?: { withoutRuns?: boolean }): string
} & Disposable

/** In milliseconds; what passes between two looks at the clock is this and the delay. */
const resolution = 10

/** @param interval between two looks at the clock, in nanoseconds */
export function delaySeconds(interval: number): number {
  return Math.max(0, interval / 1e6 - resolution) / 1000
}

export function createMetrics(): Metrics {
  const values = new Map<Name, Map<string, number>>()
  const delay = monitorEventLoopDelay({ resolution })
  delay.enable()
  const change = (name: Name, series: string, to: (before: number) => number): void => {
    const family = values.get(name) ?? new Map<string, number>()
    family.set(series, to(family.get(series) ?? 0))
    values.set(name, family)
  }
  const metrics: Metrics = {
    add: (name, labels = {}, by = 1) => change(name, series(name, labels), (before) => before + by),
    observe(name, seconds, labels = {}) {
      for (const le of [...buckets.map(String), '+Inf']) {
        const counts = le === '+Inf' || seconds <= Number(le)
        metrics.add(name, { ...labels, le, '': '_bucket' }, counts ? 1 : 0)
      }
      metrics.add(name, { ...labels, '': '_sum' }, seconds)
      metrics.add(name, { ...labels, '': '_count' })
    },
    text({ withoutRuns = false } = {}) {
      const set = (name: Name, value: number, labels: Labels = {}): void =>
        change(name, series(name, labels), () => value)
      const { user, system } = process.cpuUsage()
      set('process_cpu_seconds_total', (user + system) / 1e6)
      set('process_resident_memory_bytes', process.memoryUsage.rss())
      for (const quantile of [50, 99, 100]) {
        const seconds = delaySeconds(delay.percentile(quantile))
        set('proofloop_event_loop_delay_seconds', seconds, { quantile: String(quantile / 100) })
      }
      delay.reset()
      return [...(withoutRuns ? ofOthers(values) : values)]
        .map(([name, family]) => familyText(name, family))
        .join('')
    },
    [Symbol.dispose]: () => void delay.disable(),
  }
  return metrics
}

type Values = ReadonlyMap<Name, ReadonlyMap<string, number>>

/** What does not tell how runs over hidden examples go. */
function ofOthers(values: Values): Values {
  const told = [...values].flatMap(([name, family]) => {
    const left = [...family].filter(([key]) => !busy.has(name) && !failedOnHidden.has(key))
    return left.length === 0 ? [] : [[name, new Map(left)] as const]
  })
  return new Map(told)
}

/** The label without a name is what follows the family's name: `_bucket`. */
function series(name: Name, { '': suffix = '', ...labels }: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`)
  return `${name}${suffix}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''}`
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function familyText(name: Name, family: ReadonlyMap<string, number>): string {
  const { help, type } = families[name]
  const lines = [...family].map(([key, value]) => `${key} ${value}\n`)
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

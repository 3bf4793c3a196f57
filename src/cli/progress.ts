import type { ModelAccount } from '../schema/model.ts'
import { clearLine, type Io, stderrWidth } from './io.ts'

export type Progress = {
  step(name: string): void
  /** So many are done by now. */
  reach(done: number, name: string): void
  end(): void
}

type ProgressOptions = {
  total: number
  /** So many were done before anybody looked; default: none. */
  done?: number
  /** Plural: documents, parts. */
  unit: string
  /** What was sent and spent so far; left out when no model is asked. */
  account?: () => ModelAccount
  /** Milliseconds. */
  now?: () => number
}

/** The rate is that of the latest steps: what comes from the cache is faster than what does not. */
const rateWindow = 50
const lineEveryMs = 5_000

/**
 * How far a long run is, on stderr: one line that is rewritten on a terminal, a new line every few
 * seconds in a pipe or file. Nothing for a single step.
 */
export function createProgress(io: Io, options: ProgressOptions): Progress {
  const now = options.now ?? Date.now
  const started = now()
  const latest = [{ time: started, done: options.done ?? 0 }]
  let lastLine = started
  if (options.total <= 1) return { step: () => {}, reach: () => {}, end: () => {} }
  const doneByNow = (): number => latest.at(-1)?.done ?? 0
  function reach(done: number, name: string): void {
    if (done === doneByNow()) return
    const time = now()
    latest.push({ time, done })
    if (latest.length > rateWindow) latest.shift()
    if (!io.interactive && time - lastLine < lineEveryMs) return
    lastLine = time
    const line = progressLine({ ...options, done, latest, name })
    io.stderr.write(
      io.interactive ? `${clearLine}${line.slice(0, stderrWidth(io) - 1)}` : `${line}\n`,
    )
  }
  return {
    step: (name) => reach(doneByNow() + 1, name),
    reach,
    end() {
      if (io.interactive) io.stderr.write(clearLine)
    },
  }
}

type State = Omit<ProgressOptions, 'now' | 'done'> & {
  done: number
  /** The latest steps, or the start before the first. */
  latest: { time: number; done: number }[]
  name: string
}

function progressLine({ done, total, unit, account, latest, name }: State): string {
  const [first] = latest
  const seconds = ((latest.at(-1)?.time ?? 0) - (first?.time ?? 0)) / 1000
  const rate = seconds > 0 ? (done - (first?.done ?? 0)) / seconds : null
  const spent = account?.()
  return [
    `${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${unit}`,
    ...(rate === null
      ? []
      : [`${formatRate(rate)}`, `${formatDuration((total - done) / rate)} left`]),
    ...(spent === undefined ? [] : formatAccount(spent)),
    name,
  ].join(' · ')
}

function formatAccount({ requests, failed, cost, currency }: ModelAccount): string[] {
  return [
    `${requests.toLocaleString('en')} requests`,
    cost === null ? 'cost unknown' : formatCost(cost, currency),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ]
}

function formatRate(perSecond: number): string {
  return perSecond >= 1 ? `${perSecond.toFixed(1)}/s` : `${(perSecond * 60).toFixed(1)}/min`
}

function formatDuration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** Small sums keep their first two digits: a request can cost a hundredth of a cent. */
export function formatCost(cost: number, currency: string | null): string {
  const digits = cost === 0 || cost >= 1 ? 2 : Math.min(6, 1 - Math.floor(Math.log10(cost)))
  const amount = cost.toFixed(Math.max(2, digits))
  return currency === 'USD' ? `$${amount}` : `${amount} ${currency ?? ''}`.trimEnd()
}

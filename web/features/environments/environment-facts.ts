import type { EnvironmentState } from '../../../src/schema/api/environments.ts'

export type Fact = { name: string; text: string }

const whole = new Intl.NumberFormat('en')

/** What the configuration says of an environment, besides its models. */
export function environmentFacts(environment: EnvironmentState): Fact[] {
  const { datasets, limits, capacity, retention, isolation } = environment
  return [
    {
      name: 'At once',
      text: `${countOf(capacity.reviews, 'review')}, ${countOf(capacity.evaluations, 'evaluation')}, ${requestsText(capacity.requests)}`,
    },
    { name: 'In a minute, to each account', text: ratesText(limits) },
    { name: 'In a month, at most', text: budgetText(limits.budget) },
    { name: 'One run, at most', text: timesText(limits) },
    {
      name: 'Machine, at least',
      text: `${countOf(capacity.processors, 'processor')}, ${megabytes(capacity.memoryMb)} of memory, ${megabytes(capacity.freeDiskMb)} free`,
    },
    {
      name: 'Newest backup',
      text:
        retention.backupHours === null
          ? 'none asked for'
          : `at most ${countOf(retention.backupHours, 'hour')} old`,
    },
    { name: 'Kept', text: keptText(retention) },
    {
      name: 'Code of flows is kept apart',
      text: isolation === 'os' ? 'by the system' : 'by a process of its own, at least',
    },
    {
      name: `Datasets (${whole.format(datasets.length)})`,
      text: datasets.length === 0 ? 'none asked for' : datasets.join(', '),
    },
  ]
}

type Limits = EnvironmentState['limits']

function requestsText(requests: number | null): string {
  if (requests === null) return 'requests as each connection says'
  return `${countOf(requests, 'request')} to each account`
}

function ratesText({ requestsPerMinute, tokensPerMinute }: Limits): string {
  const rates = [
    ...(requestsPerMinute === null ? [] : [countOf(requestsPerMinute, 'request')]),
    ...(tokensPerMinute === null ? [] : [countOf(tokensPerMinute, 'token')]),
  ]
  return rates.length === 0 ? 'as each connection says' : `at most ${rates.join(', ')}`
}

function timesText({ reviewMinutes, evaluationMinutes }: Limits): string {
  const times = [
    ...(reviewMinutes === null ? [] : [`review ${whole.format(reviewMinutes)} min`]),
    ...(evaluationMinutes === null ? [] : [`evaluation ${whole.format(evaluationMinutes)} min`]),
  ]
  return times.length === 0 ? 'no limit' : times.join(', ')
}

function keptText(retention: EnvironmentState['retention']): string {
  const { documentDays, answerDays, mistakeDays, traceDays } = retention
  const kept = [
    { what: 'documents', days: documentDays },
    { what: 'answers', days: answerDays },
    { what: 'mistakes', days: mistakeDays },
    { what: 'courses of reviews', days: traceDays },
  ].flatMap(({ what, days }) => (days === null ? [] : [`${what} ${countOf(days, 'day')}`]))
  return kept.length === 0 ? 'everything' : `${kept.join(', ')}; all else for ever`
}

function budgetText(budget: EnvironmentState['limits']['budget']): string {
  if (budget === null) return 'no limit of its own'
  const { currency, perMonth, perPersonAndMonth } = budget
  const all = perMonth === null ? 'any for all' : `${whole.format(perMonth)} ${currency} for all`
  if (perPersonAndMonth === null) return all
  return `${all}, ${whole.format(perPersonAndMonth)} ${currency} for each person`
}

function megabytes(mb: number): string {
  return `${whole.format(mb)} MB`
}

function countOf(n: number, noun: string): string {
  return `${whole.format(n)} ${noun}${n === 1 ? '' : 's'}`
}

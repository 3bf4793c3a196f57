import type { EnvironmentState } from '../../../src/schema/api/environments.ts'

export type Fact = { name: string; text: string }

const whole = new Intl.NumberFormat('en')

/** What the configuration says of an environment, besides its models. */
export function environmentFacts(environment: EnvironmentState): Fact[] {
  const { datasets, limits, capacity, retention, isolation } = environment
  return [
    { name: 'Reviews at once', text: whole.format(limits.concurrency) },
    { name: 'Limits for a month, at most', text: budgetText(limits.budget) },
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

function budgetText(budget: EnvironmentState['limits']['budget']): string {
  if (budget === null) return 'any'
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

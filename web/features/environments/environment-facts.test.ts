import { expect, test } from 'vitest'
import { EnvironmentSettings } from '../../../src/schema/environment.ts'
import { environmentFacts } from './environment-facts.ts'

function factsOf(settings: Parameters<typeof EnvironmentSettings.parse>[0]) {
  const environment = EnvironmentSettings.parse(settings)
  const facts = environmentFacts({ ...environment, name: 'dev', models: [], report: null })
  return Object.fromEntries(facts.map(({ name, text }) => [name, text]))
}

test('what an environment leaves open is said, too', () => {
  expect(factsOf({ retention: { backupHours: null, traceDays: null } })).toEqual({
    'At once': '2 reviews, 1 evaluation, requests as each connection says',
    'In a minute, to each account': 'as each connection says',
    'In a month, at most': 'no limit of its own',
    'One run, at most': 'no limit',
    Kept: 'everything',
    'Machine, at least': '1 processor, 1,024 MB of memory, 1,024 MB free',
    'Newest backup': 'none asked for',
    'Code of flows is kept apart': 'by the system',
    'Datasets (0)': 'none asked for',
  })
})

test('what it asks for is said with its units', () => {
  const budget = { currency: 'EUR', perPersonAndMonth: 20 }
  expect(
    factsOf({
      datasets: ['letters', 'contracts@test'],
      limits: { requestsPerMinute: 60, tokensPerMinute: 90_000, reviewMinutes: 30, budget },
      capacity: { reviews: 1, evaluations: 2, requests: 4 },
      retention: { backupHours: 1, documentDays: 90, answerDays: 1 },
      isolation: 'process',
    }),
  ).toMatchObject({
    'At once': '1 review, 2 evaluations, 4 requests to each account',
    'In a minute, to each account': 'at most 60 requests, 90,000 tokens',
    'One run, at most': 'review 30 min',
    Kept: 'documents 90 days, answers 1 day, courses of reviews 30 days; all else for ever',
    'In a month, at most': 'any for all, 20 EUR for each person',
    'Newest backup': 'at most 1 hour old',
    'Code of flows is kept apart': 'by a process of its own, at least',
    'Datasets (2)': 'letters, contracts@test',
  })
})

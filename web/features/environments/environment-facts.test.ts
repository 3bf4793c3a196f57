import { expect, test } from 'vitest'
import { EnvironmentSettings } from '../../../src/schema/environment.ts'
import { environmentFacts } from './environment-facts.ts'

function factsOf(settings: Parameters<typeof EnvironmentSettings.parse>[0]) {
  const environment = EnvironmentSettings.parse(settings)
  const facts = environmentFacts({ ...environment, name: 'dev', models: [], report: null })
  return Object.fromEntries(facts.map(({ name, text }) => [name, text]))
}

test('what an environment leaves open is said, too', () => {
  expect(factsOf({ retention: { backupHours: null } })).toEqual({
    'Reviews at once': '2',
    'Limits for a month, at most': 'any',
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
      limits: { concurrency: 4, budget },
      retention: { backupHours: 1 },
      isolation: 'process',
    }),
  ).toMatchObject({
    'Limits for a month, at most': 'any for all, 20 EUR for each person',
    'Newest backup': 'at most 1 hour old',
    'Code of flows is kept apart': 'by a process of its own, at least',
    'Datasets (2)': 'letters, contracts@test',
  })
})

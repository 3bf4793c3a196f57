import { describe, expect, it } from 'vitest'
import type { CreatePlace } from './contract-place.ts'
import type { KeptReport } from './environment-checks.ts'

const report = (checkedAt: number, environment: 'dev' | 'prod' = 'dev'): KeptReport => ({
  environment,
  result: 'fail',
  checkedAt,
  checkedBy: checkedAt % 2 === 0 ? 'olga' : null,
  checks: [{ name: 'store', result: 'fail', sentence: 'Away.', fix: 'Start it.', milliseconds: 4 }],
})

export function describeEnvironmentChecksContract(createPlace: CreatePlace): void {
  describe('checks of environments', () => {
    it('are listed newest first, and the oldest of an environment go', async () => {
      await using place = await createPlace()
      await using store = await place.open()
      expect(await store.environmentChecks.list('dev', 9)).toEqual([])
      await store.environmentChecks.add(report(1, 'prod'), 3)
      for (const time of [5, 4, 6, 7]) await store.environmentChecks.add(report(time), 3)
      expect(await store.environmentChecks.list('dev', 9)).toEqual(
        [7, 6, 5].map((at) => report(at)),
      )
      expect(await store.environmentChecks.list('dev', 1)).toEqual([report(7)])
      expect(await store.environmentChecks.list('prod', 9)).toEqual([report(1, 'prod')])
    })
  })
}

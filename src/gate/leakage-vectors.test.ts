import { z } from 'zod'
import { check, runVectors } from '../../test/run-vectors.ts'
import { parameterFreeLadder, significanceLadder, thresholdout } from './shown-scores.ts'

const number = z.number()

runVectors('07_leakage', {
  significanceLadder: check(
    z.object({
      start: number,
      mult: number,
      step: number,
      submissions: z.array(z.object({ score: number, se: number })),
    }),
    ({ submissions, mult: multiplier, ...options }) =>
      significanceLadder(submissions, { ...options, multiplier }),
  ),
  parameterFreeLadder: check(z.object({ losses: z.array(z.array(number)) }), ({ losses }) =>
    parameterFreeLadder(losses),
  ),
  thresholdout: check(
    z.object({
      threshold: number,
      budget: z.int(),
      noise: z.array(number),
      queries: z.array(z.object({ dev: number, test: number })),
    }),
    ({ queries, noise, ...options }) => {
      const left = noise.values()
      return thresholdout(queries, { ...options, noise: () => left.next().value ?? Number.NaN })
    },
  ),
})

import { z } from 'zod'
import { check, runVectors } from '../../test/run-vectors.ts'
import { acceptanceBounds } from './acceptance.ts'
import { cohenKappa, gwetAC1, krippendorffAlpha } from './agreement.ts'
import { chao2, chapman } from './capture-recapture.ts'
import { predictionPowered } from './prediction-powered.ts'
import { recallFromSample } from './sampled-recall.ts'

const count = z.number()
const Ratings = z.object({
  ratings: z.array(z.array(z.string().nullable())),
  categories: z.array(z.string()),
})

runVectors('08_production', {
  acceptanceBounds: check(
    z.object({ accepted: count, dismissed: count, unreviewed: count }),
    acceptanceBounds,
  ),
  cohenKappa: check(z.object({ table: z.array(z.array(count)) }), ({ table }) => {
    const { observed, expected, value } = cohenKappa(table)
    return { po: observed, pe: expected, kappa: value }
  }),
  gwetAC1: check(Ratings, ({ ratings, categories }) => {
    const { observed, expected, value } = gwetAC1(ratings, categories)
    return { pa: observed, pe: expected, ac1: value }
  }),
  krippendorffAlphaNominal: check(Ratings, ({ ratings }) => {
    const { observed, expected, value } = krippendorffAlpha(ratings)
    return { Do: observed, De: expected, alpha: value }
  }),
  recallFromSample: check(
    z.object({
      truePositives: count,
      strata: z.array(z.object({ N: count, y: z.array(count) })),
      level: count,
    }),
    ({ truePositives, strata, level }) => {
      const own = strata.map(({ N, y }) => ({ paragraphs: N, missed: y }))
      return recallFromSample(truePositives, own, { level })
    },
  ),
  chao2: check(z.object({ counts: z.array(count), occasions: count }), ({ counts, occasions }) =>
    chao2(counts, occasions),
  ),
  chapman: check(z.object({ n1: count, n2: count, both: count }), ({ n1, n2, both }) =>
    chapman({ first: n1, second: n2, both }),
  ),
  ppiClustered: check(
    z.object({
      labelled: z.array(z.tuple([count, count, count])),
      unlabelled: z.array(z.tuple([count, count])),
      lambda_: count.nullable(),
      level: count,
    }),
    ({ labelled, unlabelled, lambda_, level }) => {
      const options = { lambda: lambda_ ?? undefined, level }
      const { lambda, ...rest } = predictionPowered(labelled, unlabelled, options)
      return { ...rest, lambda_: lambda }
    },
  ),
})

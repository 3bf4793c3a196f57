import { z } from 'zod'
import { check, runVectors } from '../../test/run-vectors.ts'
import { indelSimilarity, lcsLength } from '../place/indel.ts'
import { normalizeText } from '../place/normalize-text.ts'
import { ochiai } from './similarity.ts'

const Pair = z.object({ a: z.string(), b: z.string() })
const Span = z.tuple([z.number(), z.number()]).transform(([start, end]) => ({ start, end }))

runVectors('02_text', {
  normalizeText: check(z.object({ text: z.string().nullable() }), ({ text }) =>
    normalizeText(text),
  ),
  lcsLength: check(Pair, ({ a, b }) => lcsLength(a, b)),
  indelSimilarity: check(Pair, ({ a, b }) => indelSimilarity(a, b)),
  ochiai: check(z.object({ a: Span, b: Span }), ({ a, b }) => ochiai(a, b)),
})

import { bootstrapInterval, clusteredInterval } from '../evaluation/interval.ts'
import {
  gwetAC1,
  krippendorffAlpha,
  percentAgreement,
  type Ratings,
} from '../feedback/agreement.ts'
import { contentHash } from '../lib/content-hash.ts'
import type { Agreement, AgreementFigure, LabelAgreement } from '../schema/label-set.ts'
import type { DatasetParagraph } from '../schema/stored-dataset.ts'
import { type AnnotatorLabels, kindOf, labelledPlaces } from './labelled-places.ts'

/** A text that two or more people have labelled apart. */
export type SeveralLabelled = {
  paragraphs: readonly DatasetParagraph[]
  sets: readonly AnnotatorLabels[]
}

/** As measurement says: below it, with that many issues, people disagree about what an issue is. */
const leastCoefficient = 0.6
const enoughIssues = 50

const none = 'none'

/**
 * How far people agree. By issue there is a share only: of the places that nobody labelled there is no
 * number, without which no coefficient is defined. The coefficients are of two questions that are asked
 * of a number of things: whether there is an issue in a paragraph, and of which type an issue is that
 * several labelled. Intervals take the text as the unit.
 */
export function labelAgreement(texts: readonly SeveralLabelled[]): LabelAgreement {
  const rated = texts.filter(({ sets }) => sets.length > 1).map(ratingsOf)
  const issues = rated.map((one) => one.issues)
  const paragraphs = agreementOf(
    rated.map((one) => one.paragraphs),
    ['labelled', none],
  )
  const typeRatings = rated.map((one) => one.types)
  const types = agreementOf(typeRatings, kindsIn(typeRatings))
  const things = issues.flat().length
  const coefficients = [paragraphs, types].flatMap(({ ac1, alpha }) => [ac1.value, alpha.value])
  const isLow = coefficients.some((value) => value !== null && value < leastCoefficient)
  return {
    examples: rated.length,
    issues: { things, percent: percentOf(issues) },
    paragraphs,
    types,
    isDoubtful: things >= enoughIssues && isLow,
  }
}

type Rated = { issues: Ratings; paragraphs: Ratings; types: Ratings }

function ratingsOf({ paragraphs, sets }: SeveralLabelled): Rated {
  const places = labelledPlaces(paragraphs, sets)
  const rows = places.map(({ labels }) =>
    sets.map(({ person }) => {
      const own = labels.find((label) => label.person === person)
      return own === undefined ? null : kindOf(own)
    }),
  )
  const labelled = new Set(
    places.flatMap(({ labels, paragraph }) => labels.map(({ person }) => `${paragraph} ${person}`)),
  )
  return {
    issues: rows.map((row) => row.map((kind) => kind ?? none)),
    paragraphs: paragraphs.map((_, position) =>
      sets.map(({ person }) => (labelled.has(`${position} ${person}`) ? 'labelled' : none)),
    ),
    types: rows.filter((row) => row.filter((kind) => kind !== null).length > 1),
  }
}

function kindsIn(texts: readonly Ratings[]): string[] {
  return [...new Set(texts.flat(2))].filter((kind) => kind !== null)
}

/** @param texts ratings of the things in each */
function agreementOf(texts: readonly Ratings[], categories: readonly string[]): Agreement {
  const { rows, counts } = patternsOf(texts)
  return {
    things: texts.flat().length,
    percent: percentOf(texts),
    ac1: coefficient(counts, (some) => gwetAC1(rows, categories, some).value),
    alpha: coefficient(counts, (some) => krippendorffAlpha(rows, some).value),
  }
}

function percentOf(texts: readonly Ratings[]): AgreementFigure {
  const counts = texts.map((rows) => {
    const agreed = (percentAgreement(rows) ?? 0) * rows.length
    return [agreed, 0, rows.length - agreed] as const
  })
  const { value, lower, upper } = clusteredInterval(counts, { metric: 'recall', beta: 1 })
  return { value, lower, upper }
}

/** Things that were rated alike are one row, with how many of them each text has. */
function patternsOf(texts: readonly Ratings[]): { rows: Ratings; counts: number[][] } {
  const patterns = new Map(texts.flat().map((row) => [JSON.stringify(row), row]))
  const keys = [...patterns.keys()]
  const counts = texts.map((rows) => {
    const own = Map.groupBy(rows, (row) => JSON.stringify(row))
    return keys.map((key) => own.get(key)?.length ?? 0)
  })
  return { rows: [...patterns.values()], counts }
}

/** @param texts how many things of each row each text has */
function coefficient(
  texts: readonly number[][],
  valueOf: (counts: readonly number[]) => number | null,
): AgreementFigure {
  const statistic = (some: readonly number[][]): number | null => valueOf(sumOf(some))
  const value = statistic(texts)
  if (value === null || texts.length < 2) return { value, lower: null, upper: null }
  const key = `boot:${contentHash(texts)}`
  const { lower, upper } = bootstrapInterval(texts, { statistic, key })
  // All samples the same: too few texts to tell, and no proof that the figure is exact.
  if (lower === upper) return { value, lower: null, upper: null }
  return { value, lower, upper }
}

function sumOf(texts: readonly number[][]): number[] {
  const width = texts[0]?.length ?? 0
  return Array.from({ length: width }, (_, i) =>
    texts.reduce((sum, counts) => sum + (counts[i] ?? 0), 0),
  )
}

/**
 * Ratings of several people: one row a rated thing, one column a person, null where that person did not
 * rate it.
 */
export type Ratings = readonly (readonly (string | null)[])[]

/** How many things were rated so, by row; one each when left out. */
type RowCounts = readonly number[]

/** Observed and expected agreement; null where it cannot be computed. */
export type ChanceCorrected = {
  observed: number | null
  expected: number | null
  value: number | null
}

/** How often each category was given to each of `things`. */
type Tally = { total: number; counts: Map<string, number>; things: number }

/**
 * Gwet's AC1: agreement beyond chance for any number of people, with gaps. Unlike kappa it stays
 * meaningful when nearly all ratings are alike (Gwet 2008).
 *
 * @param categories all that could have been given; fewer than two leave nothing to agree on
 */
export function gwetAC1(
  ratings: Ratings,
  categories: readonly string[],
  rows?: RowCounts,
): ChanceCorrected {
  const rated = talliesOf(ratings, rows).filter(({ total }) => total > 0)
  const observed = meanPairAgreement(rated)
  if (observed === null || categories.length < 2) return { observed, expected: null, value: null }
  const shares = categories.map((category) => meanOf(rated, (tally) => shareOf(tally, category)))
  const expected = sum(shares.map((p) => p * (1 - p))) / (categories.length - 1)
  return { observed, expected, value: beyondChance(observed, expected) }
}

/**
 * Krippendorff's alpha for categories without an order; any number of people, with gaps
 * (Krippendorff 2011). `observed` and `expected` are disagreements.
 */
export function krippendorffAlpha(ratings: Ratings, rows?: RowCounts): ChanceCorrected {
  const units = talliesOf(ratings, rows).filter(({ total }) => total > 1)
  const n = sum(units.map(({ total, things }) => total * things))
  if (n === 0) return { observed: null, expected: null, value: null }
  const observed = sum(units.map((unit) => disagreementWithin(unit) * unit.things)) / n
  const totals = new Map<string, number>()
  for (const { counts, things } of units) {
    for (const [category, count] of counts) {
      totals.set(category, (totals.get(category) ?? 0) + count * things)
    }
  }
  const same = sum([...totals.values()].map((count) => count * (count - 1)))
  const expected = 1 - same / (n * (n - 1))
  return { observed, expected, value: expected > 0 ? 1 - observed / expected : null }
}

/**
 * Cohen's kappa of exactly two people.
 * @param table counts: rows are what the first said, columns what the second said
 */
export function cohenKappa(table: readonly (readonly number[])[]): ChanceCorrected {
  const n = sum(table.map(sum))
  if (n === 0) return { observed: null, expected: null, value: null }
  const observed = sum(table.map((row, i) => row[i] ?? 0)) / n
  const columns = table.map((_, j) => sum(table.map((row) => row[j] ?? 0)))
  const expected = sum(table.map((row, i) => sum(row) * (columns[i] ?? 0))) / n ** 2
  return { observed, expected, value: beyondChance(observed, expected) }
}

/** Share of pairs of people that agree, a mean over what at least two rated. */
export function percentAgreement(ratings: Ratings): number | null {
  return meanPairAgreement(talliesOf(ratings))
}

function talliesOf(ratings: Ratings, rows?: RowCounts): Tally[] {
  const tallies = ratings.map((row, i) => tallyOf(row, rows?.[i] ?? 1))
  return tallies.filter(({ things }) => things > 0)
}

function tallyOf(row: readonly (string | null)[], things: number): Tally {
  const counts = new Map<string, number>()
  for (const rating of row) {
    if (rating !== null) counts.set(rating, (counts.get(rating) ?? 0) + 1)
  }
  return { total: sum([...counts.values()]), counts, things }
}

function meanPairAgreement(tallies: readonly Tally[]): number | null {
  const several = tallies.filter(({ total }) => total > 1)
  if (several.length === 0) return null
  return meanOf(several, ({ total, counts }) => {
    const pairs = sum([...counts.values()].map((count) => count * (count - 1)))
    return pairs / (total * (total - 1))
  })
}

/** Ordered pairs of different ratings of one thing, each thing weighing as much as it has ratings. */
function disagreementWithin({ total, counts }: Tally): number {
  const pairs = sum([...counts.values()].map((count) => count * (total - count)))
  return pairs / (total - 1)
}

function shareOf({ total, counts }: Tally, category: string): number {
  return (counts.get(category) ?? 0) / total
}

function beyondChance(observed: number, expected: number): number | null {
  return expected < 1 ? (observed - expected) / (1 - expected) : null
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function meanOf(tallies: readonly Tally[], value: (tally: Tally) => number): number {
  const things = sum(tallies.map((tally) => tally.things))
  return sum(tallies.map((tally) => value(tally) * tally.things)) / things
}

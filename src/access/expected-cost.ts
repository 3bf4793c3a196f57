import type { StoredSpend } from '../schema/stored-spend.ts'

/**
 * What was spent, where requests whose cost nobody told (a connection broke, somebody stopped a run) count as
 * those of their model did on the average: one of them must not end what everybody may spend.
 * @param all tells what models take on the average
 * @returns null when that is unknown, too, or something was spent in another currency
 */
export function expectedCost(
  currency: string,
  spend: StoredSpend[],
  all: StoredSpend[],
): number | null {
  let sum = 0
  for (const part of spend) {
    if (part.currency !== currency) return null
    sum += part.cost
    if (part.requestsWithoutCost === 0) continue
    const each = averageCost(all.filter((one) => isAlike(one, part)))
    if (each === null) return null
    sum += each * part.requestsWithoutCost
  }
  return sum
}

function isAlike(one: StoredSpend, other: StoredSpend): boolean {
  return one.model === other.model && one.currency === other.currency
}

/** Of a request; null when no cost is known. */
function averageCost(spend: StoredSpend[]): number | null {
  const known = spend.reduce((sum, one) => sum + one.requests - one.requestsWithoutCost, 0)
  return known === 0 ? null : spend.reduce((sum, { cost }) => sum + cost, 0) / known
}

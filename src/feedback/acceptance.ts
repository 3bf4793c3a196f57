export type AcceptanceBounds = {
  /** Accepted of reviewed issues; null when none was reviewed. */
  rate: number | null
  /** Reviewed of all issues; null when there is none. */
  reviewed: number | null
  /** The rate if everything unreviewed were dismissed, and if it were accepted (Manski 2003). */
  lower: number | null
  upper: number | null
}

/** What is known of an acceptance rate while issues are unreviewed: those count neither way. */
export function acceptanceBounds(counts: {
  accepted: number
  dismissed: number
  unreviewed: number
}): AcceptanceBounds {
  const reviewed = counts.accepted + counts.dismissed
  const all = reviewed + counts.unreviewed
  return {
    rate: share(counts.accepted, reviewed),
    reviewed: share(reviewed, all),
    lower: share(counts.accepted, all),
    upper: share(counts.accepted + counts.unreviewed, all),
  }
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null
}

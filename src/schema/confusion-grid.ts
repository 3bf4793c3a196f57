import type { ConfusionCount } from './evaluation.ts'

const shades = 5

export type ConfusionCell = {
  detected: string | null
  count: number
  /** 0 for nothing to 5 for the most. */
  shade: number
  /** Whether what is there was reported as what it is. */
  isHit: boolean
}

export type ConfusionGrid = {
  /** The types, then null for “none”: nothing there, or not detected. */
  sides: (string | null)[]
  /** A row for each side; the cell of nothing there and nothing detected is null. */
  rows: { truth: string | null; cells: (ConfusionCell | null)[]; total: number }[]
}

/** What is there against what was reported in its place. */
export function confusionGrid(confusion: readonly ConfusionCount[]): ConfusionGrid {
  const names = confusion.flatMap(({ truth, detected }) => [truth, detected])
  const sides = [...[...new Set(names)].filter((name) => name !== null).toSorted(), null]
  const counts = new Map(confusion.map((cell) => [keyOf(cell), cell.count]))
  const most = Math.max(0, ...counts.values())
  const rows = sides.map((truth) => {
    const cells = sides.map((detected): ConfusionCell | null => {
      if (truth === null && detected === null) return null
      const count = counts.get(keyOf({ truth, detected })) ?? 0
      const shade = most === 0 ? 0 : Math.ceil((shades * count) / most)
      return { detected, count, shade, isHit: truth === detected }
    })
    return { truth, cells, total: cells.reduce((sum, cell) => sum + (cell?.count ?? 0), 0) }
  })
  return { sides, rows }
}

function keyOf({ truth, detected }: Omit<ConfusionCount, 'count'>): string {
  return JSON.stringify([truth, detected])
}

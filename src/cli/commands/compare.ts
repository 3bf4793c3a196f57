import path from 'node:path'
import { loadRun } from '../../evaluation/evaluation-run.ts'
import { compareRuns, type NamedRun } from '../../gate/compare-runs.ts'
import { comparisonInWords, formatComparison } from '../../gate/comparison-report.ts'
import type { Verdict } from '../../gate/decide.ts'
import { defaultPolicy } from '../../gate/policy.ts'
import type { Io } from '../io.ts'

export type CompareOptions = {
  baseline: string
  candidate: string
  anchor?: string
  /** A share: 0.03 is 3 points. */
  margin: number
  json?: boolean
}

const exitCodes: Record<Verdict, number> = { PASS: 0, FAIL: 1, CANT_TELL: 3 }

/**
 * Says whether a candidate may replace a baseline.
 * @returns 0 on PASS, 1 on FAIL, 3 when it cannot be told
 */
export async function compare(options: CompareOptions, io: Io): Promise<number> {
  const load = async (name: string): Promise<NamedRun> => ({
    name,
    run: await loadRun(path.resolve(io.cwd, name), name),
  })
  const comparison = compareRuns(
    {
      baseline: await load(options.baseline),
      candidate: await load(options.candidate),
      anchor: options.anchor === undefined ? null : await load(options.anchor),
    },
    { ...defaultPolicy, margin: options.margin },
  )
  if (options.json) {
    io.stdout.write(`${JSON.stringify(comparisonInWords(comparison), null, 2)}\n`)
  } else io.stdout.write(formatComparison(comparison, io.width))
  return exitCodes[comparison.verdict]
}

import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Minutes, where others take seconds; the size of a file, by which a clean checkout sorts, does not tell. */
const long = [
  /change-(scenarios|leaks)/,
  /hidden-rows/,
  /postgres-store/,
  /src\/server\/gates\./,
  /hostile-/,
  /outage/,
  /server-team/,
  /backup\.services/,
  /first-change/,
  /gate-worker/,
  /review-on-server/,
  /workplace-accessible/,
  /gate-guide/,
  /crash/,
  /-on-page/,
  /sqlite-store/,
]

/** Begins with the longest files: whichever begins last is waited for alone. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rest = await super.sort(files)
    return rest.toSorted((one, other) => rankOf(one) - rankOf(other))
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = long.findIndex((name) => name.test(moduleId))
  return rank === -1 ? long.length : rank
}

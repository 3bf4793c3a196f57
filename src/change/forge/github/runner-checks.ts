import type { RunnerCheck } from '../forge.ts'
import type { CheckRun, CommitStatus } from './github-answers.ts'
import { isOurApp, isOurName } from './our-name.ts'

/** GitHub lets these pass where a check is required. */
const good = new Set(['success', 'neutral', 'skipped'])

/** What everybody but us says of a commit. Reruns of a check are one: GitHub names the latest. */
export function runnerChecks(
  { runs, statuses }: { runs: readonly CheckRun[]; statuses: readonly CommitStatus[] },
  app: string | null,
): RunnerCheck[] {
  const ofRuns = runs
    .filter((run) => !isOurApp(run.app, app) && !isOurName(run.name))
    .map(({ name, status, conclusion, html_url }): RunnerCheck => {
      const isDone = status === 'completed'
      return {
        name,
        state: isDone ? 'done' : 'running',
        passed: isDone ? good.has(conclusion ?? '') : null,
        url: html_url,
      }
    })
  const ofStatuses = statuses
    .filter(({ context }) => !isOurName(context))
    .map(({ context, state, target_url }): RunnerCheck => {
      const isDone = state !== 'pending'
      return {
        name: context,
        state: isDone ? 'done' : 'running',
        passed: isDone ? state === 'success' : null,
        url: target_url,
      }
    })
  return [...ofRuns, ...ofStatuses]
}

import { Progress, Text } from '@mantine/core'
import type { EvaluationEntry } from '../../../src/schema/api/evaluations.ts'

const words = {
  queued: 'Waiting for its turn',
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
  stopped: 'Stopped',
} as const

/** Where an evaluation stands; progress is in runs over a document. */
export function EvaluationState({ evaluation }: { evaluation: EvaluationEntry }) {
  const { state, runs, reason } = evaluation
  if (state !== 'running' || runs === null) {
    return (
      <Text size="sm" c={state === 'failed' ? 'var(--failure)' : undefined} title={reason ?? ''}>
        {words[state]}
      </Text>
    )
  }
  const share = runs.all === 0 ? 0 : (100 * runs.done) / runs.all
  return (
    <div>
      <Text size="sm">
        {runs.done} of {runs.all} runs
      </Text>
      <Progress value={share} size="sm" aria-label="Runs over a document that are done" />
    </div>
  )
}

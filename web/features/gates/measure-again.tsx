import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { GateReport } from '../../../src/schema/api/gates.ts'
import { api, sentenceOf } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Failure } from '../../components/failure.tsx'
import { PageSection } from '../../components/page.tsx'
import { useMe } from '../../components/use-me.ts'

/** For custodians: what was not good enough without a verdict, as after an outage. */
export function MeasureAgain({ report: { gate, sides } }: { report: GateReport }) {
  const { may } = useMe()
  const queries = useQueryClient()
  const ask = useMutation(
    api.gates.again.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.gates.key() }),
    }),
  )
  const isUndecided = gate.state === 'done' && gate.cause === 'quality' && sides === null
  if (!isUndecided || !may('gates:write')) return null
  return (
    <PageSection title="Without a verdict">
      <p>
        Its author was told that it is not good enough, and is told so again whenever they ask. If
        something of the host was at fault, have it measured again: it costs nothing of their
        budget.
      </p>
      {ask.data === undefined ? (
        <Button
          size="compact-sm"
          variant="default"
          loading={ask.isPending}
          onClick={() => ask.mutate({ gate: gate.id })}
        >
          Measure it again
        </Button>
      ) : (
        <p role="status">
          It is asked again:{' '}
          <Link to="/gates/$gate" params={{ gate: ask.data.id }}>
            the new gate
          </Link>
          .
        </p>
      )}
      {ask.error !== null && <Failure sentence={sentenceOf(ask.error)} />}
    </PageSection>
  )
}

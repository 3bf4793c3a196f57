import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ChangeView } from '../../../src/schema/change-views.ts'
import { api, sentenceOf } from '../../api.ts'
import { Failure } from '../../components/failure.tsx'
import { GateFigures } from '../../components/gate/gate-figures.tsx'
import { GateVerdict } from '../../components/gate/gate-verdict.tsx'
import { PageSection, Quiet } from '../../components/page.tsx'
import { useMe } from '../../components/use-me.ts'
import classes from './changes.module.css'

/** What the gate found, for who decides about the change; its author hears one bit, and nothing here. */
export function GateNumbers({ change: { checks, isOwn } }: { change: ChangeView }) {
  const { may, soloMode } = useMe()
  const gate = checks.find(({ name, state }) => name === 'gate' && state === 'done')?.subject
  if (gate == null || !may('gates:read') || (isOwn && !soloMode)) return null
  return (
    <PageSection title="What the gate measured">
      <Numbers key={gate} gate={gate} />
    </PageSection>
  )
}

/** Each look is in the audit log: nothing is read again because somebody comes back to the window. */
function Numbers({ gate }: { gate: string }) {
  const { data, error } = useQuery(
    api.gates.get.queryOptions({ input: { gate }, refetchOnWindowFocus: false }),
  )
  if (data === undefined) {
    return error === null ? <Quiet>Loading …</Quiet> : <Failure sentence={sentenceOf(error)} />
  }
  const { sides, comparison } = data
  return (
    <>
      <GateVerdict report={data} />
      {sides !== null && <GateFigures sides={sides} comparison={comparison} />}
      <div className={classes.wholeGate}>
        <Quiet>
          <Link to="/gates/$gate" params={{ gate }}>
            All of this gate
          </Link>
        </Quiet>
      </div>
    </>
  )
}

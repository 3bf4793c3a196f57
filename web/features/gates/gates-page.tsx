import { Page } from '../../components/page.tsx'
import { useMe } from '../../components/use-me.ts'
import { AllGates } from './all-gates.tsx'
import { Audits } from './audits.tsx'
import { OwnGates } from './own-gates.tsx'

/** What was asked of the gate: one bit for authors, verdicts for approvers, audits for custodians. */
export function GatesPage() {
  const { may } = useMe()
  return (
    <Page name="Gate">
      {may('gates:run') && <OwnGates />}
      {may('gates:read') && <AllGates />}
      {may('gates:write') && <Audits />}
    </Page>
  )
}

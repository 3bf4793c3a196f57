import { Page, PageSection, Quiet } from '../../components/page.tsx'
import { useMe } from '../../components/use-me.ts'
import { AllGates } from './all-gates.tsx'
import { Audits } from './audits.tsx'
import { OwnGates } from './own-gates.tsx'
import { References } from './references.tsx'

/** What was asked of the gate: one bit for authors, verdicts for approvers, audits for custodians. */
export function GatesPage() {
  const { may, soloMode } = useMe()
  const isAuthor = may('gates:run') && !soloMode
  return (
    <Page name="Gate">
      {may('gates:run') && <OwnGates />}
      {may('gates:read') && (isAuthor ? <NotForAuthors /> : <ForDeciders />)}
      {may('gates:write') && <Audits />}
    </Page>
  )
}

function ForDeciders() {
  return (
    <>
      <AllGates />
      <References />
    </>
  )
}

function NotForAuthors() {
  return (
    <PageSection title="Verdicts">
      <Quiet>
        Who writes prompts does not see how they measure on hidden examples, not as an approver
        either: it takes an approver who is no engineer.
      </Quiet>
    </PageSection>
  )
}

import { useQuery } from '@tanstack/react-query'
import { isGateUnset } from '../../api.ts'
import { Page, PageSection, Quiet } from '../../components/page.tsx'
import { useMe } from '../../components/use-me.ts'
import { AllGates } from './all-gates.tsx'
import { Audits } from './audits.tsx'
import { budgetOptions, referencesOptions } from './compared-with.ts'
import { NotSetUp } from './not-set-up.tsx'
import { OwnGates } from './own-gates.tsx'
import { References } from './references.tsx'

/** What was asked of the gate: one bit for authors, verdicts for approvers, audits for custodians. */
export function GatesPage() {
  const { may, soloMode } = useMe()
  const isAuthor = may('gates:run') && !soloMode
  const isUnset = useIsUnset()
  return (
    <Page name="Gate">
      {isUnset && <NotSetUp />}
      {may('gates:run') && <OwnGates isUnset={isUnset} />}
      {may('gates:read') && (isAuthor ? <NotForAuthors /> : <ForDeciders isUnset={isUnset} />)}
      {may('gates:write') && <Audits />}
    </Page>
  )
}

/** Whoever asks or decides is told alike. */
function useIsUnset(): boolean {
  const { may, soloMode } = useMe()
  const asks = may('gates:run')
  const decides = may('gates:read') && (soloMode || !asks)
  const budget = useQuery({ ...budgetOptions(), enabled: asks })
  const references = useQuery({ ...referencesOptions(), enabled: decides })
  return isGateUnset(budget.error) || isGateUnset(references.error)
}

function ForDeciders({ isUnset }: { isUnset: boolean }) {
  return (
    <>
      <AllGates />
      {!isUnset && <References />}
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

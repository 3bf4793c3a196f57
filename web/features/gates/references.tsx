import { useQuery } from '@tanstack/react-query'
import { PageSection, Quiet } from '../../components/page.tsx'
import { ListPending } from '../../components/page-pending.tsx'
import { ReferencesTable } from '../../components/references-table.tsx'
import { referencesOptions } from './compared-with.ts'

/** For who decides: what versions are compared with, on the dataset that gates decide on. */
export function References() {
  const query = useQuery(referencesOptions())
  const { dataset, test, items = [], leftOut = [] } = query.data ?? {}
  return (
    <PageSection title="Baseline and anchor">
      <ListPending what="baseline and anchor" query={query} />
      {dataset !== undefined && (
        <Quiet>
          Versions of the flow that others are compared with, measured on test of{' '}
          <bdi>{dataset}</bdi>. Custodians mark and measure them, on its page.
        </Quiet>
      )}
      {test === null && <Quiet>It has no example in test yet.</Quiet>}
      {test != null && items.length === 0 && <Quiet>No version is marked yet.</Quiet>}
      {items.length > 0 && <ReferencesTable items={items} leftOut={leftOut} />}
    </PageSection>
  )
}

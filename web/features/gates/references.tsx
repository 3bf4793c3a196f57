import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { PageSection, Quiet } from '../../components/page.tsx'
import { ListPending } from '../../components/page-pending.tsx'
import { ReferencesTable } from '../../components/references-table.tsx'
import { useMe } from '../../components/use-me.ts'
import { referencesOptions } from './compared-with.ts'

/** Leads to its page, who may see that. */
function DatasetName({ name }: { name: string }) {
  const { may } = useMe()
  if (!may('datasets:read')) return <bdi>{name}</bdi>
  return (
    <Link to="/datasets/$dataset" params={{ dataset: name }}>
      <bdi>{name}</bdi>
    </Link>
  )
}

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
          <DatasetName name={dataset} />. Custodians mark and measure them, on its page.
        </Quiet>
      )}
      {test === null && <Quiet>It has no example in test yet.</Quiet>}
      {test != null && items.length === 0 && <Quiet>No version is marked yet.</Quiet>}
      {items.length > 0 && <ReferencesTable items={items} leftOut={leftOut} />}
    </PageSection>
  )
}

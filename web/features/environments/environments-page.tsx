import { useQuery } from '@tanstack/react-query'
import { api } from '../../api.ts'
import { Page } from '../../components/page.tsx'
import { ListPending } from '../../components/page-pending.tsx'
import { EmptyState } from '../../components/page-states.tsx'
import { Sentence } from '../../components/sentence.tsx'
import { EnvironmentSection } from './environment-section.tsx'

const howToHaveThem =
  'An environment says which models, datasets, limits and machine are asked for, and can then be checked. Add `environments: { dev: {} }` to `proofloop.config.ts` in the folder where the server is started, and start it anew.'

/** Where flows run, as the server was told when it started, and whether each is well. */
export function EnvironmentsPage() {
  const query = useQuery(api.environments.list.queryOptions({ refetchInterval: 30_000 }))
  const { data } = query
  return (
    <Page name="Environments">
      <ListPending what="the environments" query={query} />
      {data?.environments.length === 0 && <NoEnvironments />}
      {data?.environments.map((environment) => (
        <EnvironmentSection
          key={environment.name}
          environment={environment}
          isCurrent={environment.name === data.current}
        />
      ))}
    </Page>
  )
}

function NoEnvironments() {
  return (
    <EmptyState title="This server has no environments">
      <Sentence text={howToHaveThem} />
    </EmptyState>
  )
}

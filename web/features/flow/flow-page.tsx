import { useQuery } from '@tanstack/react-query'
import { api } from '../../api.ts'
import { Page, Quiet } from '../../components/page.tsx'
import { PagePending } from '../../components/page-pending.tsx'
import { useMe } from '../../components/use-me.ts'
import { When } from '../../components/when.tsx'
import { shortHash } from '../../components/short-hash.ts'
import { AgentSection } from './agent-section.tsx'

/** The agents of the flow in use: what they are made of, and how well they do. */
export function FlowPage() {
  const { may } = useMe()
  const flow = useQuery(api.flows.get.queryOptions())
  const feedback = useQuery(api.flows.agents.queryOptions({ enabled: may('agreement:read') }))
  const drafts = useQuery(api.flows.drafts.queryOptions({ enabled: may('flows:draft') }))
  const evaluations = useQuery(
    api.evaluations.list.queryOptions({
      input: { limit: 100 },
      enabled: may('evaluations:read'),
    }),
  )
  if (flow.data === undefined) {
    return <PagePending name="Flow" what="the flow" error={flow.error} retry={flow.refetch} />
  }
  const { name, version, since, agents } = flow.data
  return (
    <Page
      name="Flow"
      heading={
        <>
          Flow <bdi>{name}</bdi>
        </>
      }
    >
      <Quiet>
        Version <code title={version}>{shortHash(version)}</code>
        {since !== null && (
          <>
            , since <When at={since} />
          </>
        )}
        . What lies in its folder is in use; drafts are tried here, and leave as a change or as a
        patch.
      </Quiet>
      {agents.map((agent) => (
        <AgentSection
          key={agent.name}
          agent={agent}
          drafts={drafts.data?.items.filter((draft) => draft.agent === agent.name) ?? []}
          feedback={feedback.data?.agents.find((one) => one.agent === agent.name) ?? null}
          evaluations={evaluations.data?.items ?? []}
          isWhole={evaluations.data?.next == null}
        />
      ))}
    </Page>
  )
}

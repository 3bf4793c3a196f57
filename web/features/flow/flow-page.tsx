import { Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, sentenceOf } from '../../api.ts'
import { PageFailure, PageLoading } from '../../components/page-states.tsx'
import { useMe } from '../../components/use-me.ts'
import { When } from '../../components/when.tsx'
import { AgentSection } from './agent-section.tsx'
import classes from './flow.module.css'

/** The agents of the flow in use: what they are made of, and how well they do. */
export function FlowPage() {
  const { may } = useMe()
  const flow = useQuery(api.flows.get.queryOptions())
  const feedback = useQuery(api.flows.agents.queryOptions({ enabled: may('agreement:read') }))
  const evaluations = useQuery(
    api.evaluations.list.queryOptions({
      input: { limit: 100 },
      enabled: may('evaluations:read'),
    }),
  )
  if (flow.error && flow.data === undefined) {
    return (
      <PageFailure
        title="The flow cannot be shown"
        sentence={sentenceOf(flow.error)}
        retry={() => void flow.refetch()}
      />
    )
  }
  if (flow.data === undefined) return <PageLoading words="Loading the flow" />
  const { name, version, since, agents } = flow.data
  return (
    <div className={classes.page}>
      <Title order={1} size="h4">
        Flow <bdi>{name}</bdi>
      </Title>
      <p className={classes.quiet}>
        Version <code title={version}>{version.slice(0, 12)}</code>
        {since !== null && (
          <>
            , since <When at={since} />
          </>
        )}
        . What lies in its folder is in use; drafts are tried here and leave as a patch.
      </p>
      {agents.map((agent) => (
        <AgentSection
          key={agent.name}
          agent={agent}
          feedback={feedback.data?.agents.find((one) => one.agent === agent.name) ?? null}
          evaluations={evaluations.data?.items ?? []}
        />
      ))}
    </div>
  )
}

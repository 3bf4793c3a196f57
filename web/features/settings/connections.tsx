import { useQuery } from '@tanstack/react-query'
import { api } from '../../api.ts'
import { Quiet } from '../../components/page.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { Section } from './section.tsx'

/** Models and whether they can be asked; keys stay in the server's environment. */
export function Connections() {
  const query = useQuery(api.operations.connections.queryOptions())
  const models = query.data?.models
  return (
    <Section
      title="Model connections"
      query={query}
      explanation="They are set in proofloop.config.ts of the flow, their keys in the environment of the server."
    >
      {models?.length === 0 && <Quiet>The flow names no model.</Quiet>}
      {models !== undefined && models.length > 0 && (
        <DataTable
          name="List of models"
          head={['Name in prompts', 'Provider', 'Model', 'Price', 'State']}
          rows={models.map(({ alias, provider, model, priced, gap }) => ({
            key: alias,
            cells: [alias, provider, model, priced ? 'set' : 'unknown', gap ?? 'can be used'],
          }))}
        />
      )}
    </Section>
  )
}

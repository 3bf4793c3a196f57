import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { SelfGrant } from '../../../src/schema/api/people.ts'
import { api } from '../../api.ts'
import { useMe } from '../../components/use-me.ts'
import { DataTable } from '../../components/data-table.tsx'
import { When } from '../../components/when.tsx'
import { Invite } from './invite.tsx'
import { PersonActions } from './person-actions.tsx'
import { PersonRoles } from './person-roles.tsx'
import { Section } from './section.tsx'

/** Accounts, and who may do what. */
export function People() {
  const { may } = useMe()
  const query = useQuery(api.people.list.queryOptions())
  const { data } = query
  const write = may('people:write')
  const ends =
    data?.soloMode === true ? 'One person holds every role until somebody is invited. ' : ''
  return (
    <Section
      title="People"
      query={query}
      explanation={`${ends}Nobody else is engineer and reviewer or custodian at once: who writes prompts must not see what is hidden to measure them.`}
    >
      {data !== undefined && (
        <DataTable
          name="List of people"
          head={['Name', 'Email', 'Roles', ...(write ? ['Account'] : [])]}
          rows={data.people.map((person) => ({
            key: person.id,
            cells: [
              person.name,
              person.email,
              <div key="roles">
                {write && !data.soloMode ? (
                  <PersonRoles person={person} />
                ) : (
                  person.roles.join(', ') || 'none'
                )}
                <SelfGrants of={data.selfGrants.filter((one) => one.person === person.id)} />
              </div>,
              ...(write ? [<PersonActions key="actions" person={person} />] : []),
            ],
          }))}
        />
      )}
      {data !== undefined && write && <Invite soloMode={data.soloMode} />}
    </Section>
  )
}

/** Whoever gives rights, and takes some, is seen to have taken them. */
function SelfGrants({ of }: { of: readonly SelfGrant[] }) {
  return of.map(({ role, at }) => (
    <Text key={role} size="xs" c="var(--warning)" mt={2}>
      Gave themselves {role}, <When at={at} />
    </Text>
  ))
}

import { useQuery } from '@tanstack/react-query'
import { api } from '../../api.ts'
import { useMe } from '../../components/use-me.ts'
import { DataTable } from '../../components/data-table.tsx'
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
              write && !data.soloMode ? (
                <PersonRoles key="roles" person={person} />
              ) : (
                person.roles.join(', ') || 'none'
              ),
              ...(write ? [<PersonActions key="actions" person={person} />] : []),
            ],
          }))}
        />
      )}
      {data !== undefined && write && <Invite soloMode={data.soloMode} />}
    </Section>
  )
}

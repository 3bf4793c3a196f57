import { Group, MultiSelect } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Role } from '../../../src/schema/access.ts'
import type { Person } from '../../../src/schema/api/people.ts'
import { api, sentenceOf } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Failure } from '../../components/failure.tsx'
import { roles } from './roles.ts'

export function PersonRoles({ person }: { person: Person }) {
  const queries = useQueryClient()
  const [chosen, setChosen] = useState<Role[] | null>(null)
  const save = useMutation(
    api.people.setRoles.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries({ queryKey: api.people.key() })
        setChosen(null)
      },
    }),
  )
  return (
    <>
      <Group gap={6} wrap="nowrap">
        <MultiSelect
          size="xs"
          miw={0}
          aria-label={`Roles of ${person.name}`}
          data={roles}
          value={chosen ?? person.roles}
          onChange={(values) => setChosen(values)}
        />
        {chosen !== null && (
          <Button
            size="compact-xs"
            loading={save.isPending}
            onClick={() => save.mutate({ person: person.id, roles: chosen })}
          >
            Save roles
          </Button>
        )}
      </Group>
      {save.error && <Failure sentence={sentenceOf(save.error)} />}
    </>
  )
}

import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { PersonName } from '../../../src/schema/workplace.ts'
import { api, sentenceOf } from '../../api.ts'
import { FormDialog } from '../../components/form-dialog.tsx'
import { Quiet } from '../../components/page.tsx'
import { SelectField } from '../../components/select-field.tsx'

type Props = { dataset: string; mayChange: boolean }

/** Who answers for a dataset; custodians hand it on. */
export function Owner({ dataset, mayChange }: Props) {
  const [asking, setAsking] = useState(false)
  const { data } = useQuery(api.datasets.list.queryOptions())
  const owner = data?.items.find((one) => one.dataset === dataset)?.owner
  if (owner === undefined) return null
  return (
    <Quiet>
      Owned by {owner.name}{' '}
      {mayChange && (
        <Button size="compact-xs" variant="default" onClick={() => setAsking(true)}>
          Hand it on
        </Button>
      )}
      {asking && <HandOn dataset={dataset} owner={owner} close={() => setAsking(false)} />}
    </Quiet>
  )
}

type HandOnProps = { dataset: string; owner: PersonName; close: () => void }

function HandOn({ dataset, owner, close }: HandOnProps) {
  const queries = useQueryClient()
  const { data } = useQuery(api.people.list.queryOptions())
  const custodians = data?.people.filter(({ roles }) => roles.includes('custodian')) ?? []
  const [person, setPerson] = useState(owner.id)
  const others = custodians.filter(({ id }) => id !== owner.id)
  const handOn = useMutation(
    api.datasets.handOn.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries({ queryKey: api.datasets.list.key() })
        close()
      },
    }),
  )
  return (
    <FormDialog
      title="Who is to own it?"
      submit="Hand it on"
      isPending={handOn.isPending}
      refusal={handOn.error && sentenceOf(handOn.error)}
      onSubmit={() => handOn.mutate({ dataset, person })}
      close={close}
    >
      <SelectField
        size="sm"
        label={`Owner of ${dataset}`}
        description={
          data !== undefined && others.length === 0 ? 'Nobody else is a custodian.' : undefined
        }
        data-autofocus
        value={person}
        onChange={setPerson}
        data={[owner, ...others].map(({ id, name }) => ({ value: id, label: name }))}
      />
    </FormDialog>
  )
}

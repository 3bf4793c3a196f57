import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { PersonName } from '../../../src/schema/workplace.ts'
import { api, sentenceOf } from '../../api.ts'
import { FormDialog } from '../../components/form-dialog.tsx'
import { Quiet } from '../../components/page.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { useMe } from '../../components/use-me.ts'

type Props = { dataset: string; mayChange: boolean }

/** Who answers for a dataset; custodians hand it on. */
export function Owner({ dataset, mayChange }: Props) {
  const [asking, setAsking] = useState(false)
  const { data } = useQuery(api.datasets.list.queryOptions())
  const owner = data?.items.find((one) => one.dataset === dataset)?.owner
  if (owner === undefined) return null
  return (
    <Quiet>
      {owner === null ? <NoOwner mayChange={mayChange} /> : `Owned by ${owner.name}`}{' '}
      {mayChange && (
        <Button size="compact-xs" variant="default" onClick={() => setAsking(true)}>
          {owner === null ? 'Take it over' : 'Hand it on'}
        </Button>
      )}
      {asking && <HandOn dataset={dataset} owner={owner} close={() => setAsking(false)} />}
    </Quiet>
  )
}

function NoOwner({ mayChange }: Pick<Props, 'mayChange'>) {
  return (
    <>
      It has no owner: the command line added it before anybody had an account.
      {!mayChange && ' A custodian can take it over here.'}
    </>
  )
}

type HandOnProps = { dataset: string; owner: PersonName | null; close: () => void }

function HandOn({ dataset, owner, close }: HandOnProps) {
  const queries = useQueryClient()
  const { data } = useQuery(api.people.list.queryOptions())
  const custodians = data?.people.filter(({ roles }) => roles.includes('custodian')) ?? []
  const { me } = useMe()
  const now = owner ?? me
  const [person, setPerson] = useState(now.id)
  const others = custodians.filter(({ id }) => id !== now.id)
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
      submit={owner === null ? 'Let them own it' : 'Hand it on'}
      isPending={handOn.isPending}
      refusal={handOn.error && sentenceOf(handOn.error)}
      onSubmit={() => handOn.mutate({ dataset, person })}
      close={close}
    >
      <SelectField
        size="sm"
        label={`Owner of ${dataset}`}
        description={
          data !== undefined && owner !== null && others.length === 0
            ? 'Nobody else is a custodian.'
            : undefined
        }
        data-autofocus
        value={person}
        onChange={setPerson}
        data={[now, ...others].map(({ id, name }) => ({ value: id, label: name }))}
      />
    </FormDialog>
  )
}

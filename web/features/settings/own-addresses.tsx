import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { OwnAddresses as Addresses } from '../../../src/schema/api/notifications.ts'
import { api } from '../../api.ts'
import { LineForm } from '../../components/line-form.tsx'
import { Quiet } from '../../components/page.tsx'
import { TextField } from '../../components/text-field.tsx'

type Props = {
  own: Addresses
  /** How each must begin; null: none is taken. */
  origins: Record<keyof Addresses, string | null>
}

const labels = { webhook: 'My own webhook', slack: 'My own address for Slack' } as const

/** Where one is told instead of where all are, on the servers that operators have named. */
export function OwnAddresses({ own, origins }: Props) {
  const queries = useQueryClient()
  const [texts, setTexts] = useState({ webhook: own.webhook ?? '', slack: own.slack ?? '' })
  const queryKey = api.notifications.settings.queryKey()
  const save = useMutation(
    api.notifications.setSettings.mutationOptions({
      onSuccess: (kept) => queries.setQueryData(queryKey, kept),
    }),
  )
  const taken = (['webhook', 'slack'] as const).filter((channel) => origins[channel] !== null)
  if (taken.length === 0) return null
  const isSame = taken.every((channel) => texts[channel].trim() === (own[channel] ?? ''))
  const addresses = taken.map((channel) => [channel, texts[channel].trim() || null] as const)
  return (
    <>
      <Quiet>
        An address of your own takes the place of the one for everybody, on the same server. Left
        empty, you are told there.
      </Quiet>
      <LineForm
        name="My own addresses"
        submit="Save my addresses"
        sending={save}
        button={{ disabled: isSame }}
        onSubmit={() => save.mutate({ own: Object.fromEntries(addresses) })}
      >
        {taken.map((channel) => (
          <TextField
            key={channel}
            type="url"
            w={340}
            maw="100%"
            label={labels[channel]}
            placeholder={`${origins[channel]}/…`}
            value={texts[channel]}
            onChange={(text) => setTexts({ ...texts, [channel]: text })}
          />
        ))}
      </LineForm>
    </>
  )
}

import { TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { BundleEntry } from '../../../src/schema/api/bundles.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { api } from '../../api.ts'
import { LineForm } from '../../components/line-form.tsx'
import { shortHash } from '../../components/short-hash.ts'
import classes from './evaluations.module.css'

/** Takes a file that `proofloop bundle` wrote. */
export function SendBundle({ onSent }: { onSent: (bundle: BundleEntry) => void }) {
  const queries = useQueryClient()
  const [file, setFile] = useState<File | null>(null)
  const send = useMutation(
    api.bundles.add.mutationOptions({
      onSuccess: async (sent) => {
        await queries.invalidateQueries({ queryKey: api.bundles.key() })
        onSent(sent)
      },
    }),
  )
  const submit = (): void => {
    if (file !== null) send.mutate({ file })
  }
  return (
    <div className={classes.send}>
      <LineForm
        name="Send a bundle"
        submit="Send"
        sending={send}
        onSubmit={submit}
        button={{ variant: 'default' }}
      >
        <TextInput
          size="xs"
          type="file"
          label="File of a bundle"
          required
          withAsterisk={false}
          onChange={({ currentTarget }) => setFile(currentTarget.files?.[0] ?? null)}
        />
      </LineForm>
      <div role="status" className={classes.sent}>
        {send.data !== undefined && sentInWords(send.data)}
      </div>
    </div>
  )
}

function sentInWords({ name, sha256, agents }: BundleEntry): string {
  return `Sent: ${name} ${shortHash(sha256)}, with ${count(agents.length, 'agent')}. It is chosen above.`
}

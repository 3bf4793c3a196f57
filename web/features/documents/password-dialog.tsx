import { Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { api, sentenceOf } from '../../api.ts'
import { FormDialog } from '../../components/form-dialog.tsx'
import { SecretField } from '../../components/secret-field.tsx'

type Props = {
  document: DocumentEntry
  close: () => void
  onRead?: (document: DocumentEntry) => void
}

/** Asks for the password of an encrypted PDF until it opens the file. */
export function PasswordDialog({ document, close, onRead }: Props) {
  const queries = useQueryClient()
  const [password, setPassword] = useState('')
  const read = useMutation(
    api.documents.read.mutationOptions({
      onSuccess: async (entry) => {
        await queries.invalidateQueries({ queryKey: api.documents.list.key() })
        if (entry.state === 'failed') return
        close()
        onRead?.(entry)
      },
    }),
  )
  return (
    <FormDialog
      title="The PDF is encrypted"
      submit="Open"
      isPending={read.isPending}
      refusal={read.error ? sentenceOf(read.error) : (read.data?.error?.message ?? null)}
      onSubmit={() => read.mutate({ sha256: document.sha256, password })}
      close={close}
    >
      <Text size="sm" mb="xs" style={{ overflowWrap: 'anywhere' }}>
        <b>{document.name}</b> opens with a password only. It is used to read the text, and kept
        nowhere.
      </Text>
      <SecretField
        label="Password of the PDF"
        autoComplete="off"
        data-autofocus
        value={password}
        onChange={setPassword}
      />
    </FormDialog>
  )
}

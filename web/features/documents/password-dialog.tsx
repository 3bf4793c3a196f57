import { Button, Group, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { api, sentenceOf } from '../../api.ts'
import { Dialog } from '../../components/dialog.tsx'
import { Failure } from '../../components/failure.tsx'
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
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    read.mutate({ sha256: document.sha256, password })
  }
  const refusal = read.error ? sentenceOf(read.error) : (read.data?.error?.message ?? null)
  return (
    <Dialog opened close={close} title="The PDF is encrypted">
      <form onSubmit={submit}>
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
        {refusal !== null && !read.isPending && <Failure sentence={refusal} />}
        <Group justify="flex-end" mt="md" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={read.isPending}>
            Open
          </Button>
        </Group>
      </form>
    </Dialog>
  )
}

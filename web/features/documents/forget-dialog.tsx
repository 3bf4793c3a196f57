import { Button, Group, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { api, sentenceOf } from '../../api.ts'
import { Dialog } from '../../components/dialog.tsx'
import { Failure } from '../../components/failure.tsx'

export function ForgetDialog({ document, close }: { document: DocumentEntry; close: () => void }) {
  const queries = useQueryClient()
  const forget = useMutation(
    api.documents.forget.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries({ queryKey: api.documents.list.key() })
        close()
      },
    }),
  )
  return (
    <Dialog opened close={close} title="Delete text and file?">
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        <b>{document.name}</b>, its text, and the words of its issues are deleted for good. Verdicts
        and counts stay.
      </Text>
      {forget.error && <Failure sentence={sentenceOf(forget.error)} />}
      <Group justify="flex-end" mt="md" gap="xs">
        <Button variant="default" data-autofocus onClick={close}>
          Keep it
        </Button>
        <Button
          color="red"
          loading={forget.isPending}
          onClick={() => forget.mutate({ sha256: document.sha256 })}
        >
          Delete
        </Button>
      </Group>
    </Dialog>
  )
}

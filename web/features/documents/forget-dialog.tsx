import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { api } from '../../api.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'

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
    <ConfirmDialog
      title="Delete text and file?"
      keep="Keep it"
      confirm="Delete"
      doing={forget}
      onConfirm={() => forget.mutate({ sha256: document.sha256 })}
      close={close}
    >
      <b>{document.name}</b>, its text, and the words of its issues are deleted for good. Verdicts
      and counts stay.
    </ConfirmDialog>
  )
}

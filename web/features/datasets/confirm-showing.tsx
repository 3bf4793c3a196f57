import { hasCode } from '../../api.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'

type Props = {
  sending: { isPending: boolean; error: unknown; reset: () => void }
  /** Sends the same once more, confirmed. */
  onConfirm: () => void
}

/** What a form tells of how sending went: what a dialog asks about is not told below it, too. */
export function besideShowing<Sending extends { error: unknown }>(sending: Sending): Sending {
  return hasCode(sending.error, 'hidden-shown') ? { ...sending, error: null } : sending
}

/** When a version was refused that would show engineers what is hidden until now. */
export function ConfirmShowing({ sending, onConfirm }: Props) {
  if (!hasCode(sending.error, 'hidden-shown')) return null
  return (
    <ConfirmDialog
      title="Show engineers what is hidden?"
      keep="Cancel"
      confirm="Show it for ever"
      doing={sending}
      onConfirm={onConfirm}
      close={sending.reset}
    >
      What engineers have seen once never hides again, in no dataset.
    </ConfirmDialog>
  )
}

import { Group, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { sentenceOf } from '../api.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Failure } from './failure.tsx'

type Props = {
  title: string
  /** What is lost and what stays. */
  children: ReactNode
  /** Below the sentence, a table of what it comes to for example. */
  details?: ReactNode
  /** While something else is to be known first; default: no. */
  waits?: boolean
  /** Words of the two buttons. */
  keep: string
  confirm: string
  doing: { isPending: boolean; error: unknown }
  onConfirm: () => void
  close: () => void
}

/** Before something that cannot be undone; the keyboard is on the way back. */
export function ConfirmDialog(props: Props) {
  const { title, children, details, waits = false, keep, confirm, doing, onConfirm, close } = props
  return (
    <Dialog opened close={close} title={title}>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
      {details}
      {doing.error !== null && <Failure sentence={sentenceOf(doing.error)} />}
      <Group justify="flex-end" mt="md" gap="xs">
        <Button variant="default" onClick={close} data-autofocus>
          {keep}
        </Button>
        <Button color="red" loading={doing.isPending} disabled={waits} onClick={onConfirm}>
          {confirm}
        </Button>
      </Group>
    </Dialog>
  )
}

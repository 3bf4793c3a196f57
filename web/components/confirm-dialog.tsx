import { Button, Group, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { sentenceOf } from '../api.ts'
import { Dialog } from './dialog.tsx'
import { Failure } from './failure.tsx'

type Props = {
  title: string
  /** What is lost and what stays. */
  children: ReactNode
  /** Words of the two buttons. */
  keep: string
  confirm: string
  doing: { isPending: boolean; error: unknown }
  onConfirm: () => void
  close: () => void
}

/** Before something that cannot be undone; the keyboard is on the way back. */
export function ConfirmDialog(props: Props) {
  const { title, children, keep, confirm, doing, onConfirm, close } = props
  return (
    <Dialog opened close={close} title={title}>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
      {doing.error !== null && <Failure sentence={sentenceOf(doing.error)} />}
      <Group justify="flex-end" mt="md" gap="xs">
        <Button variant="default" onClick={close} data-autofocus>
          {keep}
        </Button>
        <Button color="red" loading={doing.isPending} onClick={onConfirm}>
          {confirm}
        </Button>
      </Group>
    </Dialog>
  )
}

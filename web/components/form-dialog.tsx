import { Group } from '@mantine/core'
import type { FormEvent, ReactNode } from 'react'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Failure } from './failure.tsx'

type Props = {
  title: string
  children: ReactNode
  /** Words of the button that sends it. */
  submit: string
  isPending: boolean
  /** Why it was not taken. */
  refusal: string | null
  onSubmit: () => void
  close: () => void
}

/** A question that is answered by a field or two. */
export function FormDialog(props: Props) {
  const { title, children, submit, isPending, refusal, onSubmit, close } = props
  const send = (event: FormEvent): void => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <Dialog opened close={close} title={title}>
      <form onSubmit={send}>
        {children}
        {refusal !== null && !isPending && <Failure sentence={refusal} />}
        <Group justify="flex-end" mt="md" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending}>
            {submit}
          </Button>
        </Group>
      </form>
    </Dialog>
  )
}

import { Button, Group, Text } from '@mantine/core'
import type { ComponentProps, FormEvent, KeyboardEvent, ReactNode } from 'react'
import classes from './issue-list.module.css'

type Props = Pick<ComponentProps<'form'>, 'className' | 'ref' | 'onKeyDown' | 'aria-label'> & {
  /** Words of the button that saves. */
  submit: string
  color?: 'red'
  isPending?: boolean
  onSave: () => void
  onCancel: () => void
  children: ReactNode
}

/** A form beside the pages: Enter saves, Escape leaves it (the workplace's keys see to that). */
export function CardForm(props: Props) {
  const { submit, color, isPending, onSave, onCancel, children, ...form } = props
  const save = (event: FormEvent): void => {
    event.preventDefault()
    onSave()
  }
  return (
    <form className={classes.form} onKeyDown={submitOnEnter} {...form} onSubmit={save}>
      {children}
      <Group gap={6} mt={8}>
        <Button type="submit" size="compact-sm" color={color} loading={isPending}>
          {submit}
        </Button>
        <Button size="compact-sm" variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Text size="xs" c="dimmed" ml="auto">
          Enter saves · Esc cancels
        </Text>
      </Group>
    </form>
  )
}

/** From a text area, too; with Shift it begins a new line. */
function submitOnEnter(event: KeyboardEvent<HTMLFormElement>): void {
  const { target, key, shiftKey, nativeEvent } = event
  if (key !== 'Enter' || shiftKey || nativeEvent.isComposing) return
  if (!(target instanceof HTMLTextAreaElement)) return
  event.preventDefault()
  event.currentTarget.requestSubmit()
}

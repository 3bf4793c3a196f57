import { type ButtonProps } from '@mantine/core'
import type { FormEvent, ReactNode } from 'react'
import { sentenceOf } from '../api.ts'
import { Button } from './button.tsx'
import { Failure } from './failure.tsx'
import classes from './line-form.module.css'

type Props = {
  name: string
  /** Words of the button that sends it; null: there is nothing to send. */
  submit: string | null
  /** What sending does, and how that went. */
  sending: { isPending: boolean; error: unknown }
  onSubmit: () => void
  button?: Pick<ButtonProps, 'disabled' | 'variant'>
  children: ReactNode
}

/** Some fields and their button in a line, which breaks where it is narrow. */
export function LineForm({ name, submit, sending, onSubmit, button, children }: Props) {
  const send = (event: FormEvent): void => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <form onSubmit={send} className={classes.form} aria-label={name}>
      {children}
      {submit !== null && (
        <Button type="submit" size="xs" loading={sending.isPending} {...button}>
          {submit}
        </Button>
      )}
      {sending.error !== null && <Failure sentence={sentenceOf(sending.error)} />}
    </form>
  )
}

import { Button, Group, Text } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { Failure } from '../failure.tsx'
import { SecretField } from '../secret-field.tsx'
import type { Lock } from './create-painter.ts'
import classes from './pdf-view.module.css'

/** An encrypted PDF keeps its pictures to those who know the password; the text is there for all. */
export function LockedPages({ lock }: { lock: Lock }) {
  const [password, setPassword] = useState('')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    event.stopPropagation()
    lock.open(password)
  }
  return (
    <form onSubmit={submit} className={classes.locked} aria-label="Password of the PDF">
      <Text size="sm">
        The PDF is encrypted. Nothing is missing but the pictures, and its words can be selected; to
        see its pages, give its password. It stays in this tab.
      </Text>
      <Group gap="xs" align="end">
        <SecretField
          label="Password"
          size="xs"
          w={220}
          autoComplete="off"
          value={password}
          onChange={setPassword}
        />
        <Button type="submit" size="xs">
          Show the pages
        </Button>
      </Group>
      {lock.wrong && <Failure sentence="The password does not open the PDF." />}
    </form>
  )
}

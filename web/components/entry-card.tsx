import { Center, Paper, Text, Title } from '@mantine/core'
import type { FormEvent, ReactNode } from 'react'
import { Button } from './button.tsx'
import { usePageTitle } from './use-page-title.ts'

type Props = {
  /** What the tab calls it. */
  name: string
  title: string
  note?: string
  /** Other ways in, above the form. */
  above?: ReactNode
  submit: string
  /** Its data is why one may not enter. */
  entry: { isPending: boolean; error: unknown; data?: string | null; mutate: () => void }
  children: ReactNode
}

/** The one card of a page on which somebody comes in. */
export function EntryCard({ name, title, note, above, submit, entry, children }: Props) {
  usePageTitle(name)
  const enter = (event: FormEvent): void => {
    event.preventDefault()
    entry.mutate()
  }
  const away = 'The server does not answer. Try again in a moment.'
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder p="xl" w={380} maw="100%">
        <Title order={1} size="h3" mb={note === undefined ? 'md' : 4}>
          {title}
        </Title>
        {note !== undefined && (
          <Text size="sm" c="var(--quiet)" mb="md">
            {note}
          </Text>
        )}
        {above}
        <form onSubmit={enter}>
          {children}
          <Text role="alert" size="sm" c="var(--failure)" mt="sm" mih={20}>
            {entry.error === null ? entry.data : away}
          </Text>
          <Button type="submit" fullWidth mt="xs" loading={entry.isPending}>
            {submit}
          </Button>
        </form>
      </Paper>
    </Center>
  )
}

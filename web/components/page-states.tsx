import { Alert, Button, Center, Loader, Skeleton, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { Sentence } from './sentence.tsx'

export function PageLoading({ words }: { words: string }) {
  return (
    <Center mih={240} role="status">
      <Stack align="center" gap="xs">
        <Loader size="sm" />
        <Text size="sm" c="var(--quiet)">
          {words}…
        </Text>
      </Stack>
    </Center>
  )
}

/** In place of a list whose rows are on their way. */
export function RowsLoading({ words }: { words: string }) {
  return (
    <div role="status" aria-label={words}>
      {Array.from({ length: 6 }, (_, row) => (
        <Skeleton key={row} height={24} my={10} radius="sm" />
      ))}
    </div>
  )
}

type Failed = { title: string; sentence: string; retry?: () => unknown }

export function PageFailure({ title, sentence, retry }: Failed) {
  return (
    <Alert role="alert" color="red" variant="light" title={title} my="md" maw={640}>
      <Text size="sm">
        <Sentence text={sentence} />
      </Text>
      {retry !== undefined && (
        <Button size="compact-sm" variant="default" mt="sm" onClick={() => void retry()}>
          Try again
        </Button>
      )}
    </Alert>
  )
}

/** Nothing is here yet: what will be, and how to get there. */
export function EmptyState({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Center mih={220} p="md">
      <Stack align="center" gap="xs" maw={460} ta="center">
        <Text fw={600}>{title}</Text>
        <Text size="sm" c="var(--quiet)" component="div">
          {children}
        </Text>
      </Stack>
    </Center>
  )
}

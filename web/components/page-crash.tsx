import { Alert, Button, Code, Text } from '@mantine/core'
import type { ErrorComponentProps } from '@tanstack/react-router'

/** Shown instead of a page that threw; the rest of the frame stays. */
export function PageCrash({ error, reset }: ErrorComponentProps) {
  return (
    <Alert
      role="alert"
      color="red"
      variant="light"
      title="This page stopped working"
      m="md"
      maw={640}
    >
      <Text size="sm" mb="xs">
        What you saved is on the server. Try again, or load the page anew.
      </Text>
      <Code block>{error instanceof Error ? error.message : String(error)}</Code>
      <Button size="compact-sm" variant="default" mt="sm" onClick={reset}>
        Try again
      </Button>
    </Alert>
  )
}

import { Text } from '@mantine/core'

/** A sentence about what did not work, beside the button that did not. */
export function Failure({ sentence }: { sentence: string }) {
  return (
    <Text role="alert" size="sm" c="var(--failure)">
      {sentence}
    </Text>
  )
}

import { Text } from '@mantine/core'
import { Sentence } from './sentence.tsx'

/** A sentence about what did not work, beside the button that did not. */
export function Failure({ sentence }: { sentence: string }) {
  return (
    <Text role="alert" size="sm" c="var(--failure)">
      <Sentence text={sentence} />
    </Text>
  )
}

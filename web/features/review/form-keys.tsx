import { Text } from '@mantine/core'

export function FormKeys() {
  return (
    <Text size="xs" c="dimmed" ml="auto">
      Enter saves · Esc cancels
    </Text>
  )
}

import { MultiSelect } from '@mantine/core'

type Props = {
  agents: string[]
  /** None: all of them. */
  value: string[]
  onChange: (agents: string[]) => void
}

export function AgentsField({ agents, value, onChange }: Props) {
  return (
    <MultiSelect
      label="Agents"
      size="xs"
      miw={220}
      placeholder={value.length === 0 ? 'all' : undefined}
      clearable
      data={agents}
      value={value}
      onChange={onChange}
    />
  )
}

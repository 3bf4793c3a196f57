import { ActionIcon } from '@mantine/core'
import { Icon } from './icon.tsx'

export function HelpButton({ onHelp }: { onHelp: () => void }) {
  return (
    <ActionIcon variant="default" aria-label="Keyboard help" aria-keyshortcuts="?" onClick={onHelp}>
      <Icon name="help" />
    </ActionIcon>
  )
}

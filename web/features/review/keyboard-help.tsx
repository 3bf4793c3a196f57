import { Kbd, Switch, Table } from '@mantine/core'
import { Dialog } from '../../components/dialog.tsx'
import { shortcuts } from './use-shortcuts.ts'

type Props = { opened: boolean; close: () => void; enabled: boolean; enable: (on: boolean) => void }

export function KeyboardHelp({ opened, close, enabled, enable }: Props) {
  return (
    <Dialog opened={opened} close={close} title="Keyboard">
      <Table verticalSpacing={4}>
        <Table.Tbody>
          {shortcuts.map(({ keys, words }) => (
            <Table.Tr key={words}>
              <Table.Td w={110} style={{ whiteSpace: 'nowrap' }}>
                {keys.map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{words}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Switch
        mt="md"
        label="Keys of one letter work"
        description="Turn them off when they get in the way of speech input. It is kept in this browser."
        checked={enabled}
        onChange={({ currentTarget }) => enable(currentTarget.checked)}
      />
    </Dialog>
  )
}

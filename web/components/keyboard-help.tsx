import { Kbd, Switch, Table } from '@mantine/core'
import { Dialog } from './dialog.tsx'
import { useLetterKeys } from './page-keys.ts'

/** What keys of a page do, in the order in which the help lists them. */
type Shortcuts = readonly { keys: readonly string[]; words: string }[]

type Props = { shortcuts: Shortcuts; opened: boolean; close: () => void }

export function KeyboardHelp({ shortcuts, opened, close }: Props) {
  const [enabled, enable] = useLetterKeys()
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

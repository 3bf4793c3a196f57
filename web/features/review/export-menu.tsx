import { Button, Menu } from '@mantine/core'
import { addressOf } from '../../api.ts'

const formats = [
  { format: 'pdf', words: 'PDF with highlights and comments' },
  { format: 'csv', words: 'Table (CSV)' },
  { format: 'json', words: 'JSON' },
] as const

export function ExportMenu({ review, hasPages }: { review: string; hasPages: boolean }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="compact-sm" variant="default">
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {formats
          .filter(({ format }) => hasPages || format !== 'pdf')
          .map(({ format, words }) => (
            <Menu.Item key={format} component="a" href={addressOf.export(review, format)} download>
              {words}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  )
}

import { Button, Checkbox, Group, Text } from '@mantine/core'
import { useRef } from 'react'
import { SelectField } from '../../components/select-field.tsx'
import classes from './documents.module.css'
import { accepted, reviewable } from './dropped-files.ts'
import { useDrop } from './use-drop.ts'

const splits = [
  { value: 'drawn', label: 'Split drawn by the key' },
  { value: 'evaluation', label: 'All into evaluation' },
  { value: 'test', label: 'All into test' },
  { value: 'audit', label: 'All into audit' },
] as const
export type SplitChoice = (typeof splits)[number]['value']

type Props = {
  onFiles: (files: File[]) => void
  choices: { atOnce: boolean; ocr: boolean; split: SplitChoice }
  onAtOnce: (on: boolean) => void
  onOcr: (on: boolean) => void
  /** Left out for those who do not say it. */
  onSplit?: (split: SplitChoice) => void
}

/** The whole page takes what is dropped; the bar says so, and has buttons for the same. */
export function DropZone({ onFiles, choices, onAtOnce, onOcr, onSplit }: Props) {
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const take = (list: File[]): void => {
    if (list.length > 0) onFiles(list)
  }
  const over = useDrop(take)
  return (
    <div className={classes.drop} data-over={over || undefined}>
      <Text size="sm" flex={1} miw={200}>
        {over
          ? 'Let go to upload'
          : 'Drop PDF, Word, HTML, Markdown or text files, or a folder, anywhere here.'}
      </Text>
      <Checkbox
        size="sm"
        label="Review at once"
        checked={choices.atOnce}
        onChange={({ currentTarget }) => onAtOnce(currentTarget.checked)}
      />
      <Checkbox
        size="sm"
        label="Read scans by OCR"
        title="Pages without text; English, some seconds a page"
        checked={choices.ocr}
        onChange={({ currentTarget }) => onOcr(currentTarget.checked)}
      />
      {onSplit !== undefined && (
        <SelectField aria-label="Split" value={choices.split} onChange={onSplit} data={splits} />
      )}
      <Group gap={6}>
        <Button size="compact-sm" onClick={() => files.current?.click()}>
          Choose files
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => folder.current?.click()}>
          Choose a folder
        </Button>
      </Group>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        accept={accepted}
        aria-label="Files"
        onChange={({ currentTarget }) => {
          take([...(currentTarget.files ?? [])])
          currentTarget.value = ''
        }}
      />
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        aria-label="Folder"
        {...{ webkitdirectory: '' }}
        onChange={({ currentTarget }) => {
          take(reviewable([...(currentTarget.files ?? [])]))
          currentTarget.value = ''
        }}
      />
    </div>
  )
}

import { Button, Group, Progress, Text } from '@mantine/core'
import { count } from '../../../src/schema/figure-words.ts'
import classes from './documents.module.css'
import type { Upload } from './use-uploads.ts'

/** How many files are sent, and which were refused and why. */
export function UploadProgress({ uploads, clear }: { uploads: Upload[]; clear: () => void }) {
  if (uploads.length === 0) return null
  const failed = uploads.filter(({ state }) => state === 'failed')
  const done = uploads.filter(({ state }) => state === 'sent').length + failed.length
  const sending = uploads.find(({ state }) => state === 'sending')
  const finished = done === uploads.length
  if (finished && failed.length === 0) return null
  return (
    <section className={classes.uploads} aria-label="Uploads">
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" role="status" truncate>
          {done - failed.length} of {count(uploads.length, 'file')} sent
          {sending && `: ${sending.file.name}`}
          {failed.length > 0 && ` · ${failed.length} not sent`}
        </Text>
        {finished && (
          <Button size="compact-xs" variant="default" onClick={clear}>
            Close
          </Button>
        )}
      </Group>
      {!finished && (
        <Progress
          size={4}
          mt={4}
          value={(done / uploads.length) * 100}
          aria-label={`${done} of ${uploads.length} files sent`}
        />
      )}
      {failed.map(({ file, failure }) => (
        <Text key={`${file.name}-${file.lastModified}`} size="sm" c="var(--failure)" role="alert">
          {file.name}: {failure}
        </Text>
      ))}
    </section>
  )
}

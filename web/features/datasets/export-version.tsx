import { Button, Group, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { Split } from '../../../src/schema/access.ts'
import type { DatasetVersionEntry } from '../../../src/schema/api/dataset-version.ts'
import { exportDataset, sentenceOf } from '../../api.ts'
import { Failure } from '../../components/failure.tsx'
import classes from './datasets.module.css'
import { splitWords } from './split-sizes.tsx'

/** Saves a version, or one split of it, as a file, and tells its checksum. */
export function ExportVersion({ version }: { version: DatasetVersionEntry }) {
  const { dataset, hash, splits } = version
  const save = useMutation({
    mutationFn: (split: Split | null) => exportDataset({ dataset, version: hash, split }),
    onSuccess: ({ blob, name }) => saveAs(blob, name),
  })
  return (
    <>
      <Group gap="xs" mt="sm">
        <Text size="sm">Export as JSON Lines:</Text>
        <Button
          size="compact-sm"
          variant="default"
          disabled={save.isPending}
          onClick={() => save.mutate(null)}
        >
          All
        </Button>
        {splits.length > 1 &&
          splits.map(({ split }) => (
            <Button
              key={split}
              size="compact-sm"
              variant="default"
              disabled={save.isPending}
              onClick={() => save.mutate(split)}
            >
              {splitWords[split]}
            </Button>
          ))}
      </Group>
      {save.error !== null && <Failure sentence={sentenceOf(save.error)} />}
      {save.data !== undefined && (
        <div role="status" className={classes.added}>
          Saved {save.data.name},{' '}
          {save.data.sha256 === null ? (
            'without a checksum: the answer had none'
          ) : (
            <>
              SHA-256 <code>{save.data.sha256}</code>
            </>
          )}
        </div>
      )}
    </>
  )
}

function saveAs(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}

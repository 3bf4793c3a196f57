import { Badge, Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useMemo, useState } from 'react'
import type { FileDiff } from '../../../src/schema/change-views.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { Quiet } from '../../components/page.tsx'
import classes from './changes.module.css'
import { changedLines, type DiffPart, diffParts, diffRows } from './diff-rows.ts'
import { DiffTable } from './diff-table.tsx'

const statuses = { added: 'new', changed: 'changed', removed: 'removed' } as const

/** A file, which is compared when it is opened. */
export function ChangedFile({ file, opened }: { file: FileDiff; opened: boolean }) {
  const [isOpen, setOpen] = useState(opened)
  return (
    <details
      className={classes.file}
      open={isOpen}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary data-change-file>
        <code>{file.path}</code>
        <span className={classes.quiet}>{statuses[file.status]}</span>
        {file.isPolicy && (
          <Badge variant="default" tt="none" fw={500} className={classes.policy ?? ''}>
            decides how changes are judged
          </Badge>
        )}
      </summary>
      {isOpen && <Content file={file} />}
    </details>
  )
}

function Content({ file }: { file: FileDiff }) {
  if (file.withheld) {
    return (
      <Quiet>It may hold texts of documents, so only those see it who may see documents.</Quiet>
    )
  }
  if (file.tooLong) return <Quiet>It is too long to be shown here; git shows it.</Quiet>
  if (file.before === null && file.after === null) return <Quiet>It is no text.</Quiet>
  return <Compared file={file} />
}

const mostRows = 400

function Compared({ file: { path, before, after } }: { file: FileDiff }) {
  const isNarrow = useMediaQuery('(max-width: 900px)', undefined, {
    getInitialValueInEffect: false,
  })
  const [isWhole, setWhole] = useState(false)
  const rows = useMemo(() => diffRows(before, after), [before, after])
  const { removed, added } = changedLines(rows)
  const parts: DiffPart[] = isWhole ? [{ kind: 'rows', rows }] : cutTo(mostRows, diffParts(rows))
  const shown = parts.reduce((sum, part) => sum + (part.kind === 'rows' ? part.rows.length : 0), 0)
  // Where nothing stood before, or nothing stands after, there is nothing to put beside it.
  const isOneSided = before === null || after === null
  return (
    <>
      <p className={classes.counts}>
        {countsInWords(removed, added)}
        {shown < rows.length && (
          <Button size="compact-xs" variant="default" onClick={() => setWhole(true)}>
            Show all {count(rows.length, 'line')}
          </Button>
        )}
      </p>
      <DiffTable name={path} parts={parts} isUnified={isNarrow || isOneSided} />
    </>
  )
}

function countsInWords(removed: number, added: number): string {
  if (removed === 0 && added === 0) return 'Only ends of lines differ.'
  if (removed === 0) return `${count(added, 'line')} added`
  if (added === 0) return `${count(removed, 'line')} removed`
  return `${count(removed, 'line')} removed, ${added} added`
}

/** The first rows; a page of many thousands answers slowly. */
function cutTo(most: number, parts: DiffPart[]): DiffPart[] {
  let left = most
  return parts.flatMap((part): DiffPart[] => {
    if (part.kind === 'left-out') return [part]
    const rows = part.rows.slice(0, left)
    left -= rows.length
    const rest = part.rows.slice(rows.length)
    return [
      ...(rows.length === 0 ? [] : [{ ...part, rows }]),
      ...(rest.length === 0 ? [] : [{ kind: 'left-out' as const, rows: rest }]),
    ]
  })
}

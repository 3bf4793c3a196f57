import { Table } from '@mantine/core'
import type {
  ReferenceMeasure,
  ReferenceMeasures,
} from '../../src/schema/api/dataset-references.ts'
import { amount, count } from '../../src/schema/figure-words.ts'
import { wallsInWords } from '../../src/schema/walls-words.ts'
import { Figure, TooFew } from './figures.tsx'
import classes from './references-table.module.css'
import { Quiet } from './page.tsx'
import { ScrollTable } from './scroll-table.tsx'
import { shortHash } from './short-hash.ts'
import { When } from './when.tsx'

type Props = Pick<ReferenceMeasures, 'items' | 'leftOut'>

/** Baseline and anchor, and how they measure on hidden examples. */
export function ReferencesTable({ items, leftOut }: Props) {
  return (
    <>
      <Versions items={items} />
      {leftOut.length > 0 && (
        <Quiet>
          Not counted, since no version here looks for them: <bdi>{leftOut.join(', ')}</bdi>.
        </Quiet>
      )}
    </>
  )
}

function Versions({ items }: Pick<Props, 'items'>) {
  return (
    <ScrollTable name="List of marked versions" miw={860}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Role</Table.Th>
          <Table.Th>Version of the flow</Table.Th>
          <Table.Th>Marked</Table.Th>
          <Table.Th>On test</Table.Th>
          <Table.Th>Kept apart by</Table.Th>
          <Table.Th data-number>Precision</Table.Th>
          <Table.Th data-number>Recall</Table.Th>
          <Table.Th data-number>F0.5</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((item) => (
          <Table.Tr key={item.role}>
            <Table.Th scope="row">{item.role}</Table.Th>
            <Table.Td className={classes.version} title={item.version}>
              <code>{shortHash(item.version)}</code>
            </Table.Td>
            <Table.Td>
              <When at={item.markedAt} /> by {item.markedBy.name}
            </Table.Td>
            <Table.Td className={classes.measured}>
              <Measured item={item} />
            </Table.Td>
            <Table.Td>
              <KeptApart item={item} />
            </Table.Td>
            <Rates item={item} />
          </Table.Tr>
        ))}
      </Table.Tbody>
    </ScrollTable>
  )
}

/** How far it is, or of how many the figures are. */
function Measured({ item: { evaluation } }: { item: ReferenceMeasure }) {
  if (evaluation === null) return 'not measured'
  const { state, runs, reason, pooled, documents, repeats } = evaluation
  if (state === 'queued') return 'waits to be measured'
  if (state === 'running')
    return (
      <span role="status">
        {runs?.done} of {runs?.all} runs
      </span>
    )
  if (state !== 'done' || pooled === null) return `${state}: ${reason ?? 'no reason was kept'}`
  const issues = pooled.tp + pooled.fn
  return (
    <>
      {amount(issues)} {issues === 1 ? 'issue' : 'issues'} in {count(documents ?? 0, 'example')},{' '}
      {count(repeats ?? 0, 'run')} each
      {pooled.tooFew && <TooFew />}
    </>
  )
}

/** Known once it is measured; those from before did not keep it. */
function KeptApart({ item: { evaluation } }: { item: ReferenceMeasure }) {
  const isDone = evaluation?.state === 'done'
  return isDone ? wallsInWords(evaluation.walls) : '–'
}

function Rates({ item: { evaluation } }: { item: ReferenceMeasure }) {
  const pooled = evaluation?.pooled ?? null
  const rates = pooled === null ? [null, null, null] : [pooled.precision, pooled.recall, pooled.f05]
  return rates.map((rate, index) => (
    <Table.Td key={index} data-number>
      {rate === null ? '–' : <Figure rate={rate} />}
    </Table.Td>
  ))
}

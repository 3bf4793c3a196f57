import { Checkbox, Table } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { EvaluationEntry } from '../../../src/schema/api/evaluations.ts'
import { Figure } from '../../components/figures.tsx'
import { Unseen } from '../../components/page.tsx'
import { ScrollTable } from '../../components/scroll-table.tsx'
import { When } from '../../components/when.tsx'
import { shortHash } from '../../components/short-hash.ts'
import { EvaluationState } from './evaluation-state.tsx'
import classes from './evaluations.module.css'

type Props = {
  evaluations: EvaluationEntry[]
  selected: string[]
  onSelect: (selected: string[]) => void
}

export function EvaluationsTable({ evaluations, selected, onSelect }: Props) {
  const toggle = (id: string): void =>
    onSelect(
      selected.includes(id) ? selected.filter((one) => one !== id) : [...selected.slice(-1), id],
    )
  return (
    <ScrollTable name="List of evaluations" highlightOnHover verticalSpacing={6} miw={760}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>
            <Unseen>Compare</Unseen>
          </Table.Th>
          <Table.Th>Started</Table.Th>
          <Table.Th>Dataset</Table.Th>
          <Table.Th>Flow version</Table.Th>
          <Table.Th>State</Table.Th>
          <Table.Th>Precision, all agents</Table.Th>
          <Table.Th>Recall</Table.Th>
          <Table.Th>F0.5</Table.Th>
          <Table.Th data-number>Documents × runs</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {evaluations.map((evaluation) => (
          <Row
            key={evaluation.id}
            evaluation={evaluation}
            isSelected={selected.includes(evaluation.id)}
            toggle={toggle}
          />
        ))}
      </Table.Tbody>
    </ScrollTable>
  )
}

type RowProps = {
  evaluation: EvaluationEntry
  isSelected: boolean
  toggle: (id: string) => void
}

function Row({ evaluation, isSelected, toggle }: RowProps) {
  const { id, dataset, flow, pooled, documents, repeats, startedAt, chosenAgents } = evaluation
  const started = new Date(startedAt).toLocaleString()
  return (
    <Table.Tr>
      <Table.Td>
        <Checkbox
          size="xs"
          aria-label={`Compare the evaluation of ${started}`}
          checked={isSelected}
          disabled={evaluation.state !== 'done'}
          onChange={() => toggle(id)}
        />
      </Table.Td>
      <Table.Td>
        <Link to="/evaluations/$evaluation" params={{ evaluation: id }}>
          <When at={startedAt} />
        </Link>
      </Table.Td>
      <Table.Td className={classes.name}>{dataset}</Table.Td>
      <Table.Td className={classes.name} title={flow.version}>
        <span className={classes.version}>{shortHash(flow.version) || flow.name}</span>
        {chosenAgents !== null && ` (${chosenAgents.join(', ')})`}
      </Table.Td>
      <Table.Td>
        <EvaluationState evaluation={evaluation} />
      </Table.Td>
      {pooled === null ? (
        <Table.Td colSpan={3} />
      ) : (
        [pooled.precision, pooled.recall, pooled.f05].map((rate, column) => (
          <Table.Td key={column}>
            <Figure rate={rate} />
          </Table.Td>
        ))
      )}
      <Table.Td data-number>
        {documents ?? '–'} × {repeats}
      </Table.Td>
    </Table.Tr>
  )
}

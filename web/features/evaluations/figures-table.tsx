import { Table } from '@mantine/core'
import type { AgentFigures, EvaluationReport } from '../../../src/schema/api/evaluations.ts'
import { columnAmount, count, decimal, metrics } from '../../../src/schema/figure-words.ts'
import { Figure, TooFew } from '../../components/figures.tsx'
import { ScrollTable } from '../../components/scroll-table.tsx'
import classes from './evaluations.module.css'

/** The figures of each agent with their intervals and counts. */
export function FiguresTable({ report }: { report: EvaluationReport }) {
  const { evaluation, strict, detection, macro } = report
  const totals = [
    ['All agents (pooled)', evaluation.pooled],
    ['… span overlaps by half', strict],
    ['… whatever the type', detection],
  ] as const
  return (
    <ScrollTable name="Figures by agent" miw={760}>
      <Table.Caption>
        Counts are for one run. Brackets are 95 % intervals; a dash is a figure without a
        denominator.
      </Table.Caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Agent</Table.Th>
          {['Right', 'Wrong', 'Missed'].map((name) => (
            <Table.Th key={name} data-number>
              {name}
            </Table.Th>
          ))}
          {metrics.map(({ name }) => (
            <Table.Th key={name}>{name}</Table.Th>
          ))}
          <Table.Th data-number>Documents</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {Object.entries(evaluation.agents).map(([name, figures]) => (
          <Row key={name} name={name} figures={figures} repeats={report.repeats} />
        ))}
      </Table.Tbody>
      <Table.Tbody className={classes.totals}>
        {totals.map(
          ([name, figures]) =>
            figures !== null && (
              <Row key={name} name={name} figures={figures} repeats={report.repeats} />
            ),
        )}
        <Table.Tr>
          <Table.Th scope="row">Macro (mean of {count(macro.agents, 'agent')})</Table.Th>
          <Table.Td colSpan={3} />
          {metrics.map(({ key }) => (
            <Table.Td key={key}>{decimal(macro[key])}</Table.Td>
          ))}
          <Table.Td />
        </Table.Tr>
      </Table.Tbody>
    </ScrollTable>
  )
}

type RowProps = { name: string; figures: AgentFigures; repeats: number }

function Row({ name, figures, repeats }: RowProps) {
  return (
    <Table.Tr>
      <Table.Th scope="row">
        <bdi>{name}</bdi>
        {figures.tooFew && <TooFew />}
      </Table.Th>
      {[figures.tp, figures.fp, figures.fn].map((value, column) => (
        <Table.Td key={column} data-number>
          {columnAmount(value, { repeats })}
        </Table.Td>
      ))}
      {metrics.map(({ key }) => (
        <Table.Td key={key}>
          <Figure rate={figures[key]} />
        </Table.Td>
      ))}
      <Table.Td data-number>{figures.f05.docs}</Table.Td>
    </Table.Tr>
  )
}

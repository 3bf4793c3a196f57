import { Table } from '@mantine/core'
import type { LabelProgress } from '../../../src/schema/api/label-sets.ts'
import { count } from '../../../src/schema/figure-words.ts'
import type { AgreementFigure } from '../../../src/schema/label-set.ts'
import { Figure } from '../../components/figures.tsx'
import { Quiet } from '../../components/page.tsx'
import { ScrollTable } from '../../components/scroll-table.tsx'

type Row = {
  name: string
  things: number
  percent: AgreementFigure
  /** Null where none is defined. */
  ac1: AgreementFigure | null
  alpha: AgreementFigure | null
}

/** How far people agree, on the examples of which one may see the labels of others. */
export function AgreementTable({ progress }: { progress: LabelProgress }) {
  const { agreement, several, settled } = progress
  const { issues, paragraphs, types, examples } = agreement
  const rows: Row[] = [
    { name: 'Issues that somebody labelled', ...issues, ac1: null, alpha: null },
    { name: 'Whether there is an issue in a paragraph', ...paragraphs },
    { name: 'Type of issues that several labelled', ...types },
  ]
  return (
    <>
      <Quiet>
        {count(several, 'example')} handed in by two or more people, {settled} settled. Counted
        here: the {examples} of which you may see the labels.
      </Quiet>
      {examples > 0 && (
        <>
          <ScrollTable name="Table of agreement" miw={620}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Of</Table.Th>
                <Table.Th data-number>Count</Table.Th>
                <Table.Th>Say the same</Table.Th>
                <Table.Th>AC1</Table.Th>
                <Table.Th>α</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(({ name, things, percent, ac1, alpha }) => (
                <Table.Tr key={name}>
                  <Table.Th scope="row">{name}</Table.Th>
                  <Table.Td data-number>{things}</Table.Td>
                  {[percent, ac1, alpha].map((figure, index) => (
                    <Table.Td key={index}>
                      {figure === null ? '–' : <Figure rate={figure} />}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </ScrollTable>
          <Quiet>
            Brackets are 95 % intervals; a dash is a figure without a denominator, or an interval
            that these examples do not tell: of one alone, or of all alike.
          </Quiet>
        </>
      )}
    </>
  )
}

import { Table } from '@mantine/core'
import type { GateReport, GateSide } from '../../../src/schema/api/gates.ts'
import { probability } from '../../../src/schema/figure-words.ts'
import { Figure, Points } from '../figures.tsx'
import { Quiet } from '../page.tsx'
import { ScrollTable } from '../scroll-table.tsx'

type Sides = NonNullable<GateReport['sides']>
type Props = { sides: Sides; comparison: GateReport['comparison'] }
type Figures = GateSide['pooled']
type Difference = Parameters<typeof Points>[0]['of']

const head = ['Agent', 'Version', 'Issues', 'Precision', 'Recall', 'F0.5', 'Points', 'p worse']

/** Precision, recall and F0.5 of each side, and how they differ, with 95 % intervals, pooled and by agent. */
export function GateFigures({ sides, comparison }: Props) {
  const rowsOf = (type: string) => {
    const agent = comparison?.agents[type]
    return {
      sides: versionsOf(sides).map(([name, side]) => [name, side.agents[type] ?? null] as const),
      points: agent ?? null,
      p: agent?.pHolm === undefined ? '' : probability(agent.pHolm),
    }
  }
  const { pooled, leftOut } = typesOf(sides, comparison)
  return (
    <ScrollTable name="Figures of each version" isStacked isDense miw={{ base: 0, sm: 900 }}>
      <Table.Thead>
        <Table.Tr>
          {head.map((title, column) => (
            <Table.Th key={title} data-number={column > 1 || undefined}>
              {title}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        <Rows
          name="All agents"
          sides={versionsOf(sides).map(([name, side]) => [name, side.pooled])}
          points={comparison?.pooled ?? null}
          p=""
        />
        {pooled.map((type) => (
          <Rows key={type} name={type} {...rowsOf(type)} />
        ))}
        {leftOut.map((type) => (
          <Rows key={type} name={type} note="not in “All agents”" {...rowsOf(type)} />
        ))}
      </Table.Tbody>
    </ScrollTable>
  )
}

/** What only the candidate looks for, or no version, is compared with nothing: it stands after the others. */
function typesOf(sides: Sides, comparison: Props['comparison']) {
  const all = new Set(versionsOf(sides).flatMap(([, side]) => Object.keys(side.agents)))
  const compared = new Set(comparison?.compared)
  const sorted = [...all].toSorted()
  return {
    pooled: sorted.filter((type) => compared.has(type)),
    leftOut: sorted.filter((type) => !compared.has(type)),
  }
}

function versionsOf({ baseline, candidate, anchor }: Sides): [string, GateSide][] {
  const both: [string, GateSide][] = [
    ['in production', baseline],
    ['candidate', candidate],
  ]
  return anchor === null ? both : [...both, ['anchor', anchor]]
}

type RowsProps = {
  name: string
  note?: string
  sides: (readonly [string, Figures | null])[]
  points: Difference | null
  p: string
}

function Rows({ name, note, sides, points, p }: RowsProps) {
  return sides.map(([version, figures]) => (
    <Table.Tr key={version}>
      <Table.Th scope="row">
        <bdi>{name}</bdi>
        {note !== undefined && <Quiet>{note}</Quiet>}
      </Table.Th>
      <Table.Td data-name="Version">{version}</Table.Td>
      {figures === null ? (
        <Table.Td colSpan={4} data-name="Figures">
          too few
        </Table.Td>
      ) : (
        <>
          <Table.Td data-number data-name="Issues">
            {Math.round(figures.tp + figures.fn)}
          </Table.Td>
          {[figures.precision, figures.recall, figures.f05].map((rate, column) => (
            <Table.Td key={column} data-number data-name={head[column + 3]}>
              <Figure rate={rate} />
            </Table.Td>
          ))}
        </>
      )}
      <Table.Td data-number data-name="Points">
        {version === 'candidate' && points?.delta !== undefined && <Points of={points} />}
      </Table.Td>
      <Table.Td data-number data-name="p worse">
        {version === 'candidate' ? p : ''}
      </Table.Td>
    </Table.Tr>
  ))
}

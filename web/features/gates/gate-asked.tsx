import { useQuery } from '@tanstack/react-query'
import type { GateAsked, GateEntry } from '../../../src/schema/api/gates.ts'
import { api } from '../../api.ts'
import { AskedTable } from '../../components/asked/asked-table.tsx'
import { ListPending } from '../../components/page-pending.tsx'
import { useMe } from '../../components/use-me.ts'
import { CallsOfDocument } from './gate-calls.tsx'
import { ShownSplit } from './shown-split.tsx'

type Split = GateAsked['split']

const splits: Split[] = ['test', 'audit', 'evaluation']

/** For custodians, whatever the gate ended with. */
export function AskedOfModels({ gate }: { gate: Pick<GateEntry, 'id'> }) {
  const { may } = useMe()
  if (!may('gates:write')) return null
  return (
    <ShownSplit
      title="Asked of models"
      splits={splits}
      verb={(split) => `Show what was asked about ${split}`}
    >
      {(split) => <Asked key={split} gate={gate.id} split={split} />}
    </ShownSplit>
  )
}

function Asked({ gate, split }: { gate: string; split: Split }) {
  const query = useQuery(
    api.gates.asked.queryOptions({ input: { gate, split }, refetchOnWindowFocus: false }),
  )
  const { data } = query
  const items = data?.items.map(({ side, ...item }) => ({ ...item, version: names[side] }))
  return (
    <>
      <ListPending what="what was asked" query={query} />
      {items !== undefined && (
        <AskedTable name={`What was asked about ${split}`} items={items}>
          {({ document, version }) => (
            <CallsOfDocument gate={gate} split={split} document={document} side={sideOf(version)} />
          )}
        </AskedTable>
      )}
    </>
  )
}

type Side = GateAsked['items'][number]['side']

const names: Record<Side, string> = {
  candidate: 'candidate',
  baseline: 'in production',
  anchor: 'anchor',
}

function sideOf(name: string): Side {
  if (name === names.baseline) return 'baseline'
  return name === names.anchor ? 'anchor' : 'candidate'
}

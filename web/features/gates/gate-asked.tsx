import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { GateAsked, GateEntry } from '../../../src/schema/api/gates.ts'
import { api } from '../../api.ts'
import { AskedTable } from '../../components/asked/asked-table.tsx'
import { PageSection, Quiet } from '../../components/page.tsx'
import { ListPending } from '../../components/page-pending.tsx'
import { useMe } from '../../components/use-me.ts'
import { CallsOfDocument } from './gate-calls.tsx'

type Split = GateAsked['split']

const splits: Split[] = ['test', 'audit', 'evaluation']

/** For custodians, once they ask, whatever the gate ended with: each look is in the audit log. */
export function AskedOfModels({ gate }: { gate: Pick<GateEntry, 'id'> }) {
  const { may } = useMe()
  const [split, setSplit] = useState<Split | null>(null)
  if (!may('gates:write')) return null
  return (
    <PageSection title="Asked of models">
      <Quiet>
        {splits.map((one) => (
          <Button
            key={one}
            size="compact-sm"
            variant="default"
            mr="xs"
            aria-pressed={split === one}
            onClick={() => setSplit(one)}
          >
            Show what was asked about {one}
          </Button>
        ))}
      </Quiet>
      {split !== null && <Asked key={split} gate={gate.id} split={split} />}
    </PageSection>
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

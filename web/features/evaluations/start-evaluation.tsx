import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { DraftEntry } from '../../../src/schema/api/flows.ts'
import { api } from '../../api.ts'
import { LineForm } from '../../components/line-form.tsx'
import { Quiet } from '../../components/page.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { useMe } from '../../components/use-me.ts'
import { shortHash } from '../../components/short-hash.ts'
import { AgentsField } from './agents-field.tsx'
import { type Dataset, DatasetField } from './dataset-field.tsx'
import { RepeatsField, usualRepeats } from './repeats-field.tsx'
import { RunBundle } from './run-bundle.tsx'
import { useStart } from './use-start.ts'

/** Measures a version of the flow, or some of its agents, on a dataset. */
export function StartEvaluation() {
  const { data } = useQuery(api.evaluations.datasets.queryOptions())
  if (data === undefined) return null
  const readable = data.items.filter(({ problem }) => problem === null)
  const broken = data.items.filter(({ problem }) => problem !== null)
  return (
    <>
      {readable.length > 0 && <StartForm datasets={readable} />}
      {readable.length > 0 && <RunBundle datasets={readable} />}
      {broken.map(({ name, problem }) => (
        <Quiet key={name}>
          The dataset {name} cannot be used: {problem}
        </Quiet>
      ))}
    </>
  )
}

function StartForm({ datasets }: { datasets: Dataset[] }) {
  const { agents, drafts } = useChoices()
  const start = useStart()
  const [dataset, setDataset] = useState(datasets[0]?.name ?? '')
  const [version, setVersion] = useState('')
  const [chosen, setChosen] = useState<string[]>([])
  const [repeats, setRepeats] = useState<number | null>(usualRepeats)
  const submit = (): void =>
    start.mutate({
      dataset,
      repeats: repeats ?? undefined,
      ...(version !== '' && { flow: version }),
      ...(chosen.length > 0 && { agents: chosen }),
    })
  return (
    <LineForm name="Start an evaluation" submit="Start" sending={start} onSubmit={submit}>
      <DatasetField datasets={datasets} value={dataset} onChange={setDataset} />
      {drafts.length > 0 && (
        <SelectField
          label="Version of the flow"
          value={version}
          onChange={setVersion}
          data={[{ value: '', label: 'in use' }, ...drafts.map(draftChoice)]}
        />
      )}
      <AgentsField agents={agents} value={chosen} onChange={setChosen} />
      <RepeatsField onChange={setRepeats} />
    </LineForm>
  )
}

/** What can be measured besides all of the flow in use. */
function useChoices(): { agents: string[]; drafts: DraftEntry[] } {
  const { may } = useMe()
  const flow = useQuery(api.flows.get.queryOptions({ enabled: may('flows:read') }))
  const drafts = useQuery(api.flows.drafts.queryOptions({ enabled: may('flows:draft') }))
  return {
    agents: flow.data?.agents.map(({ name }) => name) ?? [],
    drafts: drafts.data?.items.filter(({ inUse }) => !inUse) ?? [],
  }
}

function draftChoice({ version, agent }: DraftEntry): { value: string; label: string } {
  return { value: version, label: `draft ${shortHash(version)} of ${agent}` }
}

import { MultiSelect } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { DraftEntry } from '../../../src/schema/api/flows.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { api } from '../../api.ts'
import { LineForm } from '../../components/line-form.tsx'
import { NumberField } from '../../components/number-field.tsx'
import { Quiet } from '../../components/page.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { useMe } from '../../components/use-me.ts'

/** Measures a version of the flow, or some of its agents, on a dataset. */
export function StartEvaluation() {
  const { data } = useQuery(api.evaluations.datasets.queryOptions())
  if (data === undefined) return null
  const readable = data.items.filter(({ problem }) => problem === null)
  const broken = data.items.filter(({ problem }) => problem !== null)
  return (
    <>
      {readable.length > 0 && <StartForm datasets={readable} />}
      {broken.map(({ name, problem }) => (
        <Quiet key={name}>
          The dataset {name} cannot be used: {problem}
        </Quiet>
      ))}
    </>
  )
}

const usualRepeats = 3

type Dataset = { name: string; documents: number | null; issues: number | null }

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
      <SelectField
        label="Dataset"
        value={dataset}
        onChange={setDataset}
        data={datasets.map(({ name, documents, issues }) => ({
          value: name,
          label: `${name} (${count(documents ?? 0, 'document')}, ${count(issues ?? 0, 'issue')})`,
        }))}
      />
      {drafts.length > 0 && (
        <SelectField
          label="Version of the flow"
          value={version}
          onChange={setVersion}
          data={[{ value: '', label: 'in use' }, ...drafts.map(draftChoice)]}
        />
      )}
      <MultiSelect
        label="Agents"
        size="xs"
        miw={220}
        placeholder={chosen.length === 0 ? 'all' : undefined}
        clearable
        data={agents}
        value={chosen}
        onChange={setChosen}
      />
      <NumberField
        label="Repeats"
        required
        withAsterisk={false}
        w={90}
        min={1}
        max={10}
        allowDecimal={false}
        initial={usualRepeats}
        onChange={setRepeats}
      />
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
  return { value: version, label: `draft ${version.slice(0, 12)} of ${agent}` }
}

function useStart() {
  const navigate = useNavigate()
  const queries = useQueryClient()
  return useMutation(
    api.evaluations.start.mutationOptions({
      onSuccess: ({ id }) => {
        void queries.invalidateQueries({ queryKey: api.evaluations.list.key() })
        return navigate({ to: '/evaluations/$evaluation', params: { evaluation: id } })
      },
    }),
  )
}

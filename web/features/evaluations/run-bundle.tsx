import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { BundleEntry } from '../../../src/schema/api/bundles.ts'
import { api } from '../../api.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { LineForm } from '../../components/line-form.tsx'
import { PageSection, Quiet } from '../../components/page.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { Sentence } from '../../components/sentence.tsx'
import { shortHash } from '../../components/short-hash.ts'
import { AgentsField } from './agents-field.tsx'
import { type Dataset, DatasetField } from './dataset-field.tsx'
import { RepeatsField, usualRepeats } from './repeats-field.tsx'
import { SendBundle } from './send-bundle.tsx'
import { useStart } from './use-start.ts'

/** Measures what the person has sent from their machine. */
export function RunBundle({ datasets }: { datasets: Dataset[] }) {
  const { data } = useQuery(api.bundles.list.queryOptions())
  const [chosen, setChosen] = useState('')
  if (data === undefined) return null
  const bundle = data.items.find(({ sha256 }) => sha256 === chosen) ?? data.items[0]
  return (
    <PageSection title="Run my bundle">
      {bundle !== undefined && (
        <BundleForm datasets={datasets} bundles={data.items} bundle={bundle} onChoose={setChosen} />
      )}
      <SendBundle onSent={({ sha256 }) => setChosen(sha256)} />
      <Quiet>
        <Sentence
          text={`A bundle is what the agents of a folder on your machine are made of; \`proofloop bundle --to FILE\` writes its file. This sends it and has it measured here at once: \`proofloop evaluate --server ${window.location.origin} --dataset ${datasets[0]?.name ?? 'NAME'}@evaluation\``}
        />
      </Quiet>
    </PageSection>
  )
}

type FormProps = {
  datasets: Dataset[]
  bundles: BundleEntry[]
  /** The one that is chosen. */
  bundle: BundleEntry
  onChoose: (sha256: string) => void
}

function BundleForm({ datasets, bundles, bundle, onChoose }: FormProps) {
  const start = useStart()
  const [named, setNamed] = useState<string[]>([])
  const [dataset, setDataset] = useState(datasets[0]?.name ?? '')
  const [repeats, setRepeats] = useState<number | null>(usualRepeats)
  const [isDeleting, setDeleting] = useState(false)
  const agents = named.filter((name) => bundle.agents.includes(name))
  const run = (): void =>
    start.mutate({
      dataset,
      bundle: bundle.sha256,
      repeats: repeats ?? undefined,
      ...(agents.length > 0 && { agents }),
    })
  return (
    <LineForm name="Run my bundle" submit="Run my bundle" sending={start} onSubmit={run}>
      <SelectField
        label="Bundle"
        value={bundle.sha256}
        onChange={onChoose}
        data={bundles.map(({ sha256, name, uploadedAt }) => ({
          value: sha256,
          label: `${name} ${shortHash(sha256)}, sent ${moment.format(uploadedAt)}`,
        }))}
      />
      <AgentsField agents={bundle.agents} value={agents} onChange={setNamed} />
      <DatasetField datasets={datasets} value={dataset} onChange={setDataset} />
      <RepeatsField onChange={setRepeats} />
      <Button size="xs" variant="default" onClick={() => setDeleting(true)}>
        Delete it …
      </Button>
      {isDeleting && <DeleteBundle bundle={bundle} close={() => setDeleting(false)} />}
    </LineForm>
  )
}

function DeleteBundle({ bundle, close }: { bundle: BundleEntry; close: () => void }) {
  const queries = useQueryClient()
  const remove = useMutation(
    api.bundles.remove.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries({ queryKey: api.bundles.key() })
        close()
      },
    }),
  )
  const { sha256, name } = bundle
  return (
    <ConfirmDialog
      title="Delete this bundle?"
      keep="Keep it"
      confirm="Delete"
      doing={remove}
      onConfirm={() => remove.mutate({ sha256 })}
      close={close}
    >
      The bundle {name} <code>{sha256.slice(0, 12)}</code> leaves the list. What was measured with
      it stays.
    </ConfirmDialog>
  )
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

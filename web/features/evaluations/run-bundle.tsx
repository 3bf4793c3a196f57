import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { BundleEntry } from '../../../src/schema/api/bundles.ts'
import { api } from '../../api.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { LineForm } from '../../components/line-form.tsx'
import { PageSection, Quiet } from '../../components/page.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { shortHash } from '../../components/short-hash.ts'
import { type Dataset, DatasetField } from './dataset-field.tsx'
import { RepeatsField, usualRepeats } from './repeats-field.tsx'
import { useStart } from './use-start.ts'

/** Measures what the person has sent from their machine. */
export function RunBundle({ datasets }: { datasets: Dataset[] }) {
  const { data } = useQuery(api.bundles.list.queryOptions())
  if (data === undefined) return null
  return (
    <PageSection title="Run my bundle">
      {data.items.length > 0 && <BundleForm datasets={datasets} bundles={data.items} />}
      <Quiet>
        A bundle is what the agents of a folder on your machine are made of. This sends it and has
        it measured here:{' '}
        <code>
          proofloop evaluate --server {window.location.origin} --dataset{' '}
          {datasets[0]?.name ?? 'NAME'}@evaluation
        </code>
      </Quiet>
    </PageSection>
  )
}

function BundleForm({ datasets, bundles }: { datasets: Dataset[]; bundles: BundleEntry[] }) {
  const start = useStart()
  const [chosen, setChosen] = useState('')
  const [dataset, setDataset] = useState(datasets[0]?.name ?? '')
  const [repeats, setRepeats] = useState<number | null>(usualRepeats)
  const [deleted, setDeleted] = useState<BundleEntry | null>(null)
  const bundle = chosen === '' ? (bundles[0]?.sha256 ?? '') : chosen
  const isChosen = ({ sha256 }: BundleEntry): boolean => sha256 === bundle
  return (
    <LineForm
      name="Run my bundle"
      submit="Run my bundle"
      sending={start}
      onSubmit={() => start.mutate({ dataset, bundle, repeats: repeats ?? undefined })}
    >
      <SelectField
        label="Bundle"
        value={bundle}
        onChange={setChosen}
        data={bundles.map(({ sha256, name, uploadedAt }) => ({
          value: sha256,
          label: `${name} ${shortHash(sha256)}, sent ${moment.format(uploadedAt)}`,
        }))}
      />
      <DatasetField datasets={datasets} value={dataset} onChange={setDataset} />
      <RepeatsField onChange={setRepeats} />
      <Button
        size="xs"
        variant="default"
        onClick={() => setDeleted(bundles.find(isChosen) ?? null)}
      >
        Delete it …
      </Button>
      {deleted !== null && (
        <DeleteBundle
          bundle={deleted}
          close={() => {
            setDeleted(null)
            setChosen('')
          }}
        />
      )}
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

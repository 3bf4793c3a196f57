import { TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Added } from '../../../src/schema/api/dataset-version.ts'
import type { ImportFields } from '../../../src/schema/api/datasets.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { versionChangesInWords } from '../../../src/schema/version-changes-words.ts'
import { api } from '../../api.ts'
import { LineForm } from '../../components/line-form.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { TextField } from '../../components/text-field.tsx'
import { WordsField } from '../../components/words-field.tsx'
import { shortHash } from '../../components/short-hash.ts'
import { besideShowing, ConfirmShowing } from './confirm-showing.tsx'
import classes from './datasets.module.css'
import { splitWords } from './split-sizes.tsx'

const modes = [
  { value: 'replace', label: 'is all of the version' },
  { value: 'add', label: 'is added to what is there' },
] as const

const ways = [
  { value: 'drawn', label: 'drawn by the key' },
  { value: 'given', label: 'as the file says' },
  { value: 'evaluation', label: 'all in evaluation' },
  { value: 'test', label: 'all in test' },
  { value: 'audit', label: 'all in audit' },
] as const

/** Sends a file as the next version of a dataset, or as the first one of another. */
export function ImportForm({ dataset }: { dataset?: string }) {
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [file, setFile] = useState<File | null>(null)
  const [mode, setMode] = useState<ImportFields['mode']>('replace')
  const [splits, setSplits] = useState<ImportFields['splits']>('drawn')
  const [note, setNote] = useState('')
  const [columns, setColumns] = useState('')
  const send = useMutation(
    api.datasets.import.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.datasets.key() }),
    }),
  )
  const submit = (): void => {
    if (file === null) return
    const words = note.trim()
    const mapping = linesOf(columns)
    send.mutate({
      dataset: dataset ?? name.trim(),
      file,
      mode,
      splits,
      ...(words !== '' && { note: words }),
      ...(mapping.length > 0 && { columnMapping: JSON.stringify(mapping) }),
    })
  }
  return (
    <>
      <LineForm name="Add a version" submit="Add" sending={besideShowing(send)} onSubmit={submit}>
        {dataset === undefined && (
          <TextField
            label="Name of the dataset"
            required
            withAsterisk={false}
            maxLength={100}
            value={name}
            onChange={setName}
          />
        )}
        <TextInput
          size="xs"
          type="file"
          label="File"
          accept=".jsonl,.ndjson,.json,.csv,.zip"
          required
          withAsterisk={false}
          onChange={({ currentTarget }) => setFile(currentTarget.files?.[0] ?? null)}
        />
        {dataset !== undefined && (
          <SelectField label="The file" value={mode} onChange={setMode} data={modes} />
        )}
        <SelectField label="Splits" value={splits} onChange={setSplits} data={ways} />
        <WordsField
          size="xs"
          mt={0}
          label="Columns, one a line (optional)"
          placeholder="issues=gt_json"
          maxLength={1000}
          value={columns}
          onChange={setColumns}
        />
        <TextField label="Note (optional)" maxLength={1000} value={note} onChange={setNote} />
      </LineForm>
      <ConfirmShowing
        sending={send}
        onConfirm={() => {
          if (send.variables !== undefined) send.mutate({ ...send.variables, showHidden: 'true' })
        }}
      />
      {send.data !== undefined && <AddedNote added={send.data} />}
    </>
  )
}

/** One `FIELD=COLUMN` a line, as the command line takes them. */
function linesOf(columns: string): string[] {
  const lines = columns.split('\n').map((line) => line.trim())
  return lines.filter((line) => line !== '')
}

/** What came of a version that was sent. */
export function AddedNote({ added }: { added: Added }) {
  const { dataset, hash, splits, changes, shown, leftOut, copies, leaks } = added
  const changed = changes === null ? '' : versionChangesInWords(changes)
  const examples = splits.reduce((sum, size) => sum + size.examples, 0)
  return (
    <div role="status" className={classes.added}>
      {added.added ? 'Added' : 'Nothing is new in it:'}{' '}
      <Link to="/datasets/$dataset/versions/$version" params={{ dataset, version: hash }}>
        {dataset} {shortHash(hash)}
      </Link>
      , {count(examples, 'example')}.{changed !== '' && ` Since the version before: ${changed}.`}
      {shown.length > 0 &&
        ` Shown to engineers, hidden until now: ${shown.slice(0, 5).map(shownInWords).join(', ')}${shown.length > 5 ? ', …' : '.'}`}
      {leftOut.length > 0 &&
        ` ${count(leftOut.length, 'example')} left out, because engineers have a copy among their own documents: ${leftOut.slice(0, 5).join(', ')}${leftOut.length > 5 ? ', …' : '.'}`}
      {copies.sets > 0 &&
        ` ${count(copies.sets, 'set')} of copies or near copies, each in one split, where they count twice: ${copies.found.slice(0, 3).map(setInWords).join('; ')}${copies.sets > 3 ? '; …' : '.'}`}
      {leaks !== null && leaks.examples > 0 && ` ${leaksInWords(leaks)}`}
    </div>
  )
}

function shownInWords({ id, dataset, split }: Added['shown'][number]): string {
  return `${id} (${splitWords[split]}${dataset === null ? '' : ` of ${dataset}`})`
}

function leaksInWords({ examples, searched, flow, found }: NonNullable<Added['leaks']>): string {
  const places = found.slice(0, 3).map(({ id, source }) => `${id} in ${source.name}:${source.line}`)
  const which = `${places.join('; ')}${found.length > 3 ? '; …' : '.'}`
  const stand = examples === 1 ? 'stands' : 'stand'
  return `${count(examples, 'hidden example')} ${stand} in prompts, rules or other files of the flow (${count(searched, 'file')} searched of ${flow}): ${which} Check for copies and leaks on the page of the version tells all.`
}

function setInWords({ examples }: Added['copies']['found'][number]): string {
  const ids = examples.map(({ id }) => id).join(', ')
  return examples[0] === undefined ? ids : `${ids} (${splitWords[examples[0].split]})`
}

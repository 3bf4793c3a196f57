import { Button, NativeSelect, NumberInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { count } from '../../../src/schema/figure-words.ts'
import { api, sentenceOf } from '../../api.ts'
import { Failure } from '../../components/failure.tsx'
import classes from './evaluations.module.css'

/** Measures what is in the flow's folder now on one of its datasets. */
export function StartEvaluation() {
  const { data } = useQuery(api.evaluations.datasets.queryOptions())
  const navigate = useNavigate()
  const queries = useQueryClient()
  const start = useMutation(
    api.evaluations.start.mutationOptions({
      onSuccess: ({ id }) => {
        void queries.invalidateQueries({ queryKey: api.evaluations.list.key() })
        return navigate({ to: '/evaluations/$evaluation', params: { evaluation: id } })
      },
    }),
  )
  const readable = data?.items.filter(({ problem }) => problem === null) ?? []
  const broken = data?.items.filter(({ problem }) => problem !== null) ?? []
  const [chosen, setChosen] = useState<string | null>(null)
  const [repeats, setRepeats] = useState<number | string>(3)
  const dataset = chosen ?? readable[0]?.name ?? ''
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    start.mutate({ dataset, repeats: Number(repeats) })
  }
  if (data === undefined) return null
  return (
    <>
      {readable.length > 0 && (
        <form onSubmit={submit} className={classes.form} aria-label="Start an evaluation">
          <NativeSelect
            label="Dataset"
            size="xs"
            value={dataset}
            onChange={({ currentTarget }) => setChosen(currentTarget.value)}
            data={readable.map(({ name, documents, issues }) => ({
              value: name,
              label: `${name} (${count(documents ?? 0, 'document')}, ${count(issues ?? 0, 'issue')})`,
            }))}
          />
          <NumberInput
            label="Repeats"
            size="xs"
            w={90}
            min={1}
            max={10}
            allowDecimal={false}
            value={repeats}
            onChange={setRepeats}
          />
          <Button type="submit" size="xs" loading={start.isPending}>
            Start
          </Button>
          {start.error && <Failure sentence={sentenceOf(start.error)} />}
        </form>
      )}
      {broken.map(({ name, problem }) => (
        <p key={name} className={classes.quiet}>
          The dataset {name} cannot be used: {problem}
        </p>
      ))}
    </>
  )
}

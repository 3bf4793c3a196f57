import { Button, NumberInput, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import type { Budget } from '../../../src/schema/budget.ts'
import { api, sentenceOf } from '../../api.ts'
import { Failure } from '../../components/failure.tsx'
import { useMe } from '../../components/use-me.ts'
import { Section } from './section.tsx'
import classes from './settings.module.css'

/** What may be spent on models in a calendar month, and what is. */
export function Budgets() {
  const { may } = useMe()
  const query = useQuery(api.operations.budget.queryOptions())
  const { data } = query
  return (
    <Section
      title="Budget"
      query={query}
      explanation="For models, by calendar month (UTC). An evaluation that reaches it ends with a sentence; answers that were paid for are kept."
    >
      {data !== undefined && (
        <>
          <p className={classes.quiet}>
            Spent in {data.month}: {amount(data.spent, data.currency)} by everybody,{' '}
            {amount(data.spentByYou, data.currency)} by you.
          </p>
          {may('budgets:write') ? (
            <BudgetForm key={JSON.stringify(data)} budget={data} />
          ) : (
            <p className={classes.quiet}>
              Limits: {amount(data.perMonth, data.currency, 'none')} for all,{' '}
              {amount(data.perPersonAndMonth, data.currency, 'none')} for each person.
            </p>
          )}
        </>
      )}
    </Section>
  )
}

function BudgetForm({ budget }: { budget: Budget }) {
  const queries = useQueryClient()
  const [currency, setCurrency] = useState(budget.currency)
  const [perMonth, setPerMonth] = useState<number | string>(budget.perMonth ?? '')
  const [perPerson, setPerPerson] = useState<number | string>(budget.perPersonAndMonth ?? '')
  const save = useMutation(
    api.operations.setBudget.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.operations.key() }),
    }),
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const limit = (value: number | string): number | null => (value === '' ? null : Number(value))
    save.mutate({ currency, perMonth: limit(perMonth), perPersonAndMonth: limit(perPerson) })
  }
  return (
    <form onSubmit={submit} className={classes.form} aria-label="Limits">
      <TextInput
        label="Currency"
        size="xs"
        w={90}
        required
        value={currency}
        onChange={({ currentTarget }) => setCurrency(currentTarget.value)}
      />
      <NumberInput
        label="A month, for all"
        placeholder="no limit"
        size="xs"
        min={0}
        value={perMonth}
        onChange={setPerMonth}
      />
      <NumberInput
        label="A month, for each person"
        placeholder="no limit"
        size="xs"
        min={0}
        value={perPerson}
        onChange={setPerPerson}
      />
      <Button type="submit" size="xs" loading={save.isPending}>
        Save limits
      </Button>
      {save.error && <Failure sentence={sentenceOf(save.error)} />}
    </form>
  )
}

function amount(value: number | null, currency: string, otherwise = 'unknown'): string {
  if (value === null) return otherwise
  return `${value.toFixed(value > 0 && value < 1 ? 4 : 2)} ${currency}`
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Budget } from '../../../src/schema/budget.ts'
import { api } from '../../api.ts'
import { LineForm } from '../../components/line-form.tsx'
import { NumberField } from '../../components/number-field.tsx'
import { Quiet } from '../../components/page.tsx'
import { TextField } from '../../components/text-field.tsx'
import { useMe } from '../../components/use-me.ts'
import { Section } from './section.tsx'

/** What may be spent on models in a calendar month, and what is. */
export function Budgets() {
  const { may } = useMe()
  const query = useQuery(api.operations.budget.queryOptions())
  const { data } = query
  const spent = data?.ofAll ? data.spent : data?.spentByYou
  return (
    <Section
      title="Budget"
      query={query}
      explanation="For models, by calendar month (UTC). An evaluation or a review that reaches it ends with a sentence; answers that were paid for are kept."
    >
      {data !== undefined && (
        <>
          <Quiet>
            Spent in {data.month}
            {data.ofAll && ` by everybody: ${amount(data.spent, data.currency)};`} by you:{' '}
            {amount(data.spentByYou, data.currency)}.
            {spent === null && ' A model that was asked has no price.'}
          </Quiet>
          {may('budgets:write') ? (
            <BudgetForm key={JSON.stringify(data)} budget={data} />
          ) : (
            <Quiet>
              Limits: {amount(data.perMonth, data.currency, 'none')} for all,{' '}
              {amount(data.perPersonAndMonth, data.currency, 'none')} for each person.
            </Quiet>
          )}
        </>
      )}
    </Section>
  )
}

function BudgetForm({ budget }: { budget: Budget }) {
  const queries = useQueryClient()
  const [currency, setCurrency] = useState(budget.currency)
  const [perMonth, setPerMonth] = useState(budget.perMonth)
  const [perPerson, setPerPerson] = useState(budget.perPersonAndMonth)
  const save = useMutation(
    api.operations.setBudget.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.operations.key() }),
    }),
  )
  const submit = (): void => save.mutate({ currency, perMonth, perPersonAndMonth: perPerson })
  return (
    <LineForm name="Limits" submit="Save limits" sending={save} onSubmit={submit}>
      <TextField label="Currency" w={90} required value={currency} onChange={setCurrency} />
      <NumberField
        label="A month, for all"
        placeholder="no limit"
        initial={budget.perMonth}
        onChange={setPerMonth}
      />
      <NumberField
        label="A month, for each person"
        placeholder="no limit"
        initial={budget.perPersonAndMonth}
        onChange={setPerPerson}
      />
    </LineForm>
  )
}

function amount(value: number | null, currency: string, otherwise = 'unknown'): string {
  if (value === null) return otherwise
  return `${value.toFixed(value > 0 && value < 1 ? 4 : 2)} ${currency}`
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Split, SplitShares } from '../../../src/schema/access.ts'
import { api } from '../../api.ts'
import { LineForm } from '../../components/line-form.tsx'
import { NumberField } from '../../components/number-field.tsx'
import { Quiet } from '../../components/page.tsx'
import { useMe } from '../../components/use-me.ts'
import { percentOf } from './percent.ts'
import { Section } from './section.tsx'

/** In the order in which they are drawn; a split that is added is missing here when it compiles. */
const words: Record<Split, string> = {
  evaluation: 'Evaluation, %',
  test: 'Test, %',
  audit: 'Audit, %',
}

/** How documents are shared out between those who write prompts and those who measure them. */
export function SplitSettings() {
  const { may } = useMe()
  const query = useQuery(api.operations.settings.queryOptions())
  const shares = query.data?.splitShares
  // Nothing that everybody is told: the section is there for who is.
  if (shares === undefined) return null
  return (
    <Section
      title="Splits"
      query={query}
      changedBy={may('settings:write') ? undefined : 'an operator'}
      explanation="Engineers see documents of the evaluation split; those of test and audit are hidden from them. Shares are of documents to come: what is there keeps its split."
    >
      <SplitForm key={JSON.stringify(shares)} shares={shares} />
    </Section>
  )
}

function SplitForm({ shares }: { shares: SplitShares }) {
  const { may } = useMe()
  const queries = useQueryClient()
  const [chosen, setChosen] = useState(shares)
  const save = useMutation(
    api.operations.setSettings.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.operations.key() }),
    }),
  )
  const fixed = !may('settings:write')
  const splits = Object.keys(words) as Split[]
  const sum = percentOf(splits.reduce((all, split) => all + chosen[split], 0))
  return (
    <LineForm
      name="Shares of splits"
      submit={fixed ? null : 'Save shares'}
      sending={save}
      button={{ disabled: sum !== 100 }}
      onSubmit={() => save.mutate({ splitShares: chosen })}
    >
      {splits.map((split) => (
        <NumberField
          key={split}
          label={words[split]}
          w={110}
          max={100}
          disabled={fixed}
          initial={percentOf(shares[split])}
          onChange={(percent) => setChosen({ ...chosen, [split]: (percent ?? 0) / 100 })}
        />
      ))}
      {sum !== 100 && <Quiet>Together they are {sum} %; make it 100 %.</Quiet>}
    </LineForm>
  )
}

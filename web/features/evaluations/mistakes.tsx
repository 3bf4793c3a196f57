import { Button } from '@mantine/core'
import { useState } from 'react'
import type { MistakeInContext } from '../../../src/schema/evaluation-details.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { Quiet } from '../../components/page.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { TextField } from '../../components/text-field.tsx'
import classes from './evaluations.module.css'
import { filterMistakes, noFilter, tally, type MistakeFilter } from './filter-mistakes.ts'
import { MistakeItem } from './mistake-item.tsx'

const atOnce = 50

/** What one run got wrong, narrowed down and read one by one. */
export function Mistakes({ mistakes, leftOut }: { mistakes: MistakeInContext[]; leftOut: number }) {
  const [filter, setFilter] = useState<MistakeFilter>(noFilter)
  const [shown, setShown] = useState(atOnce)
  const found = filterMistakes(mistakes, filter)
  const choose = (change: Partial<MistakeFilter>): void => {
    setFilter({ ...filter, ...change })
    setShown(atOnce)
  }
  if (mistakes.length === 0) return <Quiet>No mistakes.</Quiet>
  return (
    <>
      <div className={classes.filters} role="search" aria-label="Filter mistakes">
        <Choice
          label="Kind"
          value={filter.kind}
          values={mistakes.map(({ kind }) => kind)}
          onChange={(kind) => choose({ kind })}
        />
        <Choice
          label="Agent"
          value={filter.type}
          values={mistakes.flatMap(({ detected, truth }) => [
            ...new Set([detected?.type ?? '', truth?.type ?? '']),
          ])}
          onChange={(type) => choose({ type })}
        />
        <Choice
          label="Document"
          value={filter.document}
          values={mistakes.map(({ document }) => document)}
          onChange={(document) => choose({ document })}
        />
        <TextField
          label="Text"
          type="search"
          value={filter.text}
          onChange={(text) => choose({ text })}
        />
      </div>
      <p className={classes.quiet} role="status">
        {found.length} of {count(mistakes.length, 'mistake')}
        {leftOut > 0 && `; ${leftOut} more were not kept`}
      </p>
      <ol className={classes.mistakes}>
        {found.slice(0, shown).map((mistake, index) => (
          <MistakeItem key={index} mistake={mistake} />
        ))}
      </ol>
      {found.length > shown && (
        <Button size="compact-sm" variant="default" onClick={() => setShown(shown + atOnce)}>
          Show {Math.min(atOnce, found.length - shown)} more
        </Button>
      )}
    </>
  )
}

type ChoiceProps = {
  label: string
  value: string
  values: string[]
  onChange: (value: string) => void
}

function Choice({ label, value, values, onChange }: ChoiceProps) {
  const options = tally(values).map(([name, times]) => ({
    value: name,
    label: `${name} (${times})`,
  }))
  return (
    <SelectField
      label={label}
      maw={260}
      value={value}
      onChange={onChange}
      data={[{ value: '', label: 'all' }, ...options]}
    />
  )
}

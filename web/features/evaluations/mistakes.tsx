import { Button } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { MistakeInContext } from '../../../src/schema/evaluation-details.ts'
import report from '../../components/evaluation/evaluation.module.css'
import { MarkLegend } from '../../components/evaluation/marked-text.tsx'
import {
  type Choice,
  mistakeChoices,
  shownMistakes,
} from '../../components/evaluation/mistake-choices.ts'
import { MistakeItem } from '../../components/evaluation/mistake-item.tsx'
import { Quiet } from '../../components/page.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { TextField } from '../../components/text-field.tsx'
import classes from './evaluations.module.css'
import { filterMistakes, noFilter, type MistakeFilter } from './filter-mistakes.ts'

const atOnce = 50

/** What one run got wrong, narrowed down and read one by one. */
export function Mistakes({ mistakes, leftOut }: { mistakes: MistakeInContext[]; leftOut: number }) {
  const [filter, setFilter] = useState<MistakeFilter>(noFilter)
  const [shown, setShown] = useState(atOnce)
  const choices = useMemo(() => mistakeChoices(mistakes), [mistakes])
  const found = filterMistakes(mistakes, filter)
  const choose = (change: Partial<MistakeFilter>): void => {
    setFilter({ ...filter, ...change })
    setShown(atOnce)
  }
  if (mistakes.length === 0) return <Quiet>No mistakes.</Quiet>
  return (
    <>
      <div className={classes.filters} role="search" aria-label="Filter mistakes">
        <Narrow
          label="Kind"
          value={filter.kind}
          choices={choices.kind}
          onChange={(kind) => choose({ kind })}
        />
        <Narrow
          label="Agent"
          value={filter.type}
          choices={choices.type}
          onChange={(type) => choose({ type })}
        />
        <Narrow
          label="Document"
          value={filter.document}
          choices={choices.document}
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
        {shownMistakes(found.length, mistakes.length)}
        {leftOut > 0 && `; ${leftOut} more were not kept`}
      </p>
      <MarkLegend />
      <ol className={report.mistakes}>
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

type NarrowProps = {
  label: string
  value: string
  choices: Choice[]
  onChange: (value: string) => void
}

function Narrow({ label, value, choices, onChange }: NarrowProps) {
  return (
    <SelectField
      label={label}
      maw={260}
      value={value}
      onChange={onChange}
      data={[{ value: '', label: 'all' }, ...choices]}
    />
  )
}

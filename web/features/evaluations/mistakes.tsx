import { useMemo, useRef, useState } from 'react'
import type { MistakeInContext } from '../../../src/schema/evaluation-details.ts'
import { MarkLegend } from '../../components/evaluation/marked-text.tsx'
import {
  type Choice,
  mistakeChoices,
  shownMistakes,
} from '../../components/evaluation/mistake-choices.ts'
import { Quiet } from '../../components/page.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { TextField } from '../../components/text-field.tsx'
import { filterMistakes, noFilter, type MistakeFilter } from './filter-mistakes.ts'
import { MistakeDocument } from './mistake-document.tsx'
import { MistakeList } from './mistake-list.tsx'
import classes from './mistakes.module.css'
import { useMistakeKeys } from './use-mistake-keys.ts'

type Props = { evaluation: string; mistakes: MistakeInContext[]; leftOut: number }

/** What one run got wrong, narrowed down and read one by one beside the document. */
export function Mistakes({ evaluation, mistakes, leftOut }: Props) {
  const [filter, setFilter] = useState<MistakeFilter>(noFilter)
  const found = useMemo(() => filterMistakes(mistakes, filter), [mistakes, filter])
  const list = useRef<HTMLOListElement>(null)
  const [chosen, setChosen] = useState<MistakeInContext | null>(null)
  const index = chosen === null ? 0 : Math.max(0, found.indexOf(chosen))
  const choose = (next: number): void => setChosen(found[next] ?? null)
  useMistakeKeys((by) => {
    const next = Math.min(Math.max(0, index + by), found.length - 1)
    choose(next)
    requestAnimationFrame(() => list.current?.children[next]?.scrollIntoView({ block: 'nearest' }))
  })
  const mistake = found[index]
  if (mistakes.length === 0) return <Quiet>No mistakes.</Quiet>
  return (
    <>
      <Filters
        mistakes={mistakes}
        filter={filter}
        onChange={(change) => setFilter({ ...filter, ...change })}
      />
      <div className={classes.line}>
        <p role="status">
          {shownMistakes(found.length, mistakes.length)}
          {leftOut > 0 && `; ${leftOut} more are left out`}
        </p>
        <MarkLegend />
        <p className={classes.hint}>
          <kbd>j</kbd> next, <kbd>k</kbd> before
        </p>
      </div>
      {mistake === undefined ? (
        <Quiet>No mistake matches the filter.</Quiet>
      ) : (
        <div className={classes.browser}>
          <MistakeList ref={list} mistakes={found} chosen={index} onChoose={choose} />
          <MistakeDocument evaluation={evaluation} mistake={mistake} />
        </div>
      )}
    </>
  )
}

type FiltersProps = {
  mistakes: MistakeInContext[]
  filter: MistakeFilter
  onChange: (change: Partial<MistakeFilter>) => void
}

function Filters({ mistakes, filter, onChange }: FiltersProps) {
  const choices = useMemo(() => mistakeChoices(mistakes), [mistakes])
  return (
    <div className={classes.filters} role="search" aria-label="Filter mistakes">
      <Narrow
        label="Kind"
        value={filter.kind}
        choices={choices.kind}
        onChange={(kind) => onChange({ kind })}
      />
      <Narrow
        label="Agent"
        value={filter.type}
        choices={choices.type}
        onChange={(type) => onChange({ type })}
      />
      <Narrow
        label="Document"
        value={filter.document}
        choices={choices.document}
        onChange={(document) => onChange({ document })}
      />
      <TextField
        label="Text"
        type="search"
        value={filter.text}
        onChange={(text) => onChange({ text })}
      />
    </div>
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

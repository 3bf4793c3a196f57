import type { MistakeInContext } from '../../src/schema/evaluation-details.ts'
import classes from '../components/evaluation/evaluation.module.css'
import { MarkLegend } from '../components/evaluation/marked-text.tsx'
import {
  type Choice,
  mistakeChoices,
  shownMistakes,
} from '../components/evaluation/mistake-choices.ts'
import { MistakeItem } from '../components/evaluation/mistake-item.tsx'

/** All mistakes with their paragraph, and the filter, which needs the report's script. */
export function ReportMistakes({ mistakes }: { mistakes: readonly MistakeInContext[] }) {
  if (mistakes.length === 0) return <p className={classes.quiet}>No mistakes.</p>
  return (
    <>
      <FilterForm mistakes={mistakes} />
      <p id="shown" role="status">
        {shownMistakes(mistakes.length, mistakes.length)}
      </p>
      <MarkLegend />
      <ol className={classes.mistakes}>
        {mistakes.map((mistake, index) => (
          <MistakeItem key={index} mistake={mistake} />
        ))}
      </ol>
      <p id="none-match" hidden>
        No mistake matches the filter.
      </p>
    </>
  )
}

/** Hidden until the script runs. */
function FilterForm({ mistakes }: { mistakes: readonly MistakeInContext[] }) {
  const { kind, type, document } = mistakeChoices(mistakes)
  return (
    <form id="filter" role="search" aria-label="Filter the mistakes" autoComplete="off" hidden>
      <Select id="kind" label="Kind" choices={kind} />
      <Select id="type" label="Agent" choices={type} />
      <Select id="document" label="Document" choices={document} />
      <label htmlFor="text">
        Text
        <input id="text" type="search" spellCheck={false} />
      </label>
      <button type="reset">Show all</button>
    </form>
  )
}

function Select({ id, label, choices }: { id: string; label: string; choices: Choice[] }) {
  return (
    <label htmlFor={id}>
      {label}
      <select id={id}>
        <option value="">all</option>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </label>
  )
}

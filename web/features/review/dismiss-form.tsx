import { useRef, useState, type KeyboardEvent } from 'react'
import type { DismissalReason } from '../../../src/schema/verdict.ts'
import { TextField } from '../../components/text-field.tsx'
import { CardForm } from './card-form.tsx'
import classes from './issue-list.module.css'
import { reasons } from './judged.ts'
import type { Workplace } from './use-workplace.ts'
import { focusAtOnce } from '../../components/words-field.tsx'

type Kind = DismissalReason['kind']
const kinds = Object.keys(reasons) as Kind[]

/** `d` and a digit dismisses; without a reason `d` and Enter does. */
export function DismissForm({ work }: { work: Workplace }) {
  const [kind, setKind] = useState<Kind | null>(null)
  const [text, setText] = useState('')
  const form = useRef<HTMLFormElement>(null)

  const dismiss = (reason: Kind | null): void => {
    const words = text.trim()
    const chosen = reason ?? (words === '' ? null : 'other')
    work.judge({
      kind: 'dismissed',
      reason: chosen === null ? null : { kind: chosen, ...(words !== '' && { text: words }) },
    })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if ((event.target as Element).matches('input[type=text]')) return
    const reason = kinds[Number(event.key) - 1]
    if (event.key === '6') form.current?.querySelector<HTMLElement>('input[type=text]')?.focus()
    else if (reason !== undefined) dismiss(reason)
    if (reason === undefined) return
    event.preventDefault()
    setKind(reason)
  }
  return (
    <CardForm
      ref={form}
      onKeyDown={onKeyDown}
      submit="Dismiss"
      color="red"
      onSave={() => dismiss(kind)}
      onCancel={() => work.open(null)}
    >
      <fieldset className={classes.reasons}>
        <legend>Why is it dismissed?</legend>
        {kinds.map((reason, at) => (
          <label key={reason} className={classes.reason}>
            <input
              type="radio"
              name="reason"
              checked={kind === reason}
              onChange={() => setKind(reason)}
              data-autofocus={at === 0 || undefined}
              ref={at === 0 ? focusAtOnce : undefined}
            />
            <span>
              <span className={classes.digit}>{at + 1}</span> {reasons[reason]}
            </span>
          </label>
        ))}
      </fieldset>
      <TextField
        aria-label="In your own words"
        placeholder="In your own words (optional)"
        maxLength={2_000}
        value={text}
        onChange={setText}
      />
    </CardForm>
  )
}

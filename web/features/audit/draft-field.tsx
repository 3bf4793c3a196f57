import { useState } from 'react'
import { TextField } from '../../components/text-field.tsx'

type Props = {
  label: string
  type?: 'date'
  value: string | undefined
  onCommit: (value: string | undefined) => void
}

/**
 * Is taken when it is left, and by Enter: half an id finds nothing, and the page's address, which has what
 * was taken, follows too late for somebody who types.
 */
export function DraftField({ value, onCommit, ...field }: Props) {
  const [draft, setDraft] = useState<string | null>(null)
  const commit = (): void => {
    const next = draft?.trim() || undefined
    if (draft !== null && next !== value) onCommit(next)
    setDraft(null)
  }
  return (
    <TextField
      {...field}
      maxLength={200}
      value={draft ?? value ?? ''}
      onChange={setDraft}
      onBlur={commit}
      onKeyDown={({ key }) => {
        if (key === 'Enter') commit()
      }}
    />
  )
}

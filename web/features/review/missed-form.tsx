import { Text } from '@mantine/core'
import { useId, useState } from 'react'
import { TextField } from '../../components/text-field.tsx'
import { CardForm } from './card-form.tsx'
import classes from './issue-list.module.css'
import type { Workplace } from './use-workplace.ts'
import { focusAtOnce, WordsField } from '../../components/words-field.tsx'

/** What is wrong with the words that were picked. */
export function MissedForm({ work }: { work: Workplace }) {
  const { missed, review, all } = work
  const types = [
    ...new Set([...review.agents, ...all.map(({ issue }) => issue)].map((one) => one.type)),
  ]
  const [type, setType] = useState('')
  const [explanation, setExplanation] = useState('')
  const [fix, setFix] = useState('')
  const [failure, setFailure] = useState<string | null>(null)
  const list = useId()
  const complete = type.trim() !== '' && explanation.trim() !== ''
  const save = (): void => {
    if (!complete || missed.isPending) return
    const fields = { type: type.trim(), explanation: explanation.trim() }
    void missed.save({ ...fields, suggestedFix: fix === '' ? null : fix }).then(setFailure)
  }
  return (
    <CardForm
      className={classes.missed}
      aria-label="Add a missed issue"
      submit="Add"
      isPending={missed.isPending}
      onSave={save}
      onCancel={missed.cancel}
    >
      <Text fw={600} size="sm">
        Add what the agents missed
      </Text>
      <blockquote className={classes.sentence}>
        <mark>{missed.text?.text}</mark>
      </blockquote>
      <TextField
        size="sm"
        label="Type"
        list={list}
        maxLength={200}
        required
        data-autofocus
        ref={focusAtOnce}
        value={type}
        onChange={setType}
      />
      <datalist id={list}>
        {types.map((known) => (
          <option key={known} value={known} />
        ))}
      </datalist>
      <WordsField
        label="What is wrong?"
        minRows={2}
        required
        value={explanation}
        onChange={setExplanation}
      />
      <WordsField label="Fix (optional)" value={fix} onChange={setFix} />
      <p role="alert" className={classes.refusal} hidden={failure === null}>
        {failure}
      </p>
    </CardForm>
  )
}

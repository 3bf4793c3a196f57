import { Button, Group, Text, Textarea, TextInput } from '@mantine/core'
import { useId, useState, type FormEvent } from 'react'
import { FormKeys } from './form-keys.tsx'
import classes from './issue-list.module.css'
import { submitOnEnter } from './submit-on-enter.ts'
import type { Workplace } from './use-workplace.ts'

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
  const save = (event: FormEvent): void => {
    event.preventDefault()
    if (!complete || missed.isPending) return
    const fields = { type: type.trim(), explanation: explanation.trim() }
    void missed.save({ ...fields, suggestedFix: fix === '' ? null : fix }).then(setFailure)
  }
  return (
    <form
      className={classes.missed}
      aria-label="Add a missed issue"
      onSubmit={save}
      onKeyDown={submitOnEnter}
    >
      <Text fw={600} size="sm">
        Add what the agents missed
      </Text>
      <blockquote className={classes.sentence}>
        <mark>{missed.text?.text}</mark>
      </blockquote>
      <TextInput
        size="sm"
        label="Type"
        list={list}
        maxLength={200}
        required
        data-autofocus
        ref={focusAtOnce}
        value={type}
        onChange={({ currentTarget }) => setType(currentTarget.value)}
      />
      <datalist id={list}>
        {types.map((known) => (
          <option key={known} value={known} />
        ))}
      </datalist>
      <Textarea
        size="sm"
        mt={6}
        label="What is wrong?"
        autosize
        minRows={2}
        maxRows={8}
        maxLength={10_000}
        required
        value={explanation}
        onChange={({ currentTarget }) => setExplanation(currentTarget.value)}
      />
      <Textarea
        size="sm"
        mt={6}
        label="Fix (optional)"
        autosize
        minRows={1}
        maxRows={6}
        maxLength={10_000}
        value={fix}
        onChange={({ currentTarget }) => setFix(currentTarget.value)}
      />
      <p role="alert" className={classes.refusal} hidden={failure === null}>
        {failure}
      </p>
      <Group gap={6} mt={8}>
        <Button type="submit" size="compact-sm" loading={missed.isPending}>
          Add
        </Button>
        <Button size="compact-sm" variant="default" onClick={missed.cancel}>
          Cancel
        </Button>
        <FormKeys />
      </Group>
    </form>
  )
}

function focusAtOnce(element: HTMLElement | null): void {
  element?.focus({ preventScroll: true })
}

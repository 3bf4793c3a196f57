import { Button, Group, Textarea } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { Issue } from '../../../src/schema/issue.ts'
import type { IssueEdit } from '../../../src/schema/verdict.ts'
import { FormKeys } from './form-keys.tsx'
import classes from './issue-list.module.css'
import { submitOnEnter } from './submit-on-enter.ts'
import type { Workplace } from './use-workplace.ts'

type Props = { work: Workplace; issue: Issue; fields: Required<IssueEdit> }

/** Only what differs from the agent's words is sent; when nothing does, it is an acceptance. */
export function EditForm({ work, issue, fields }: Props) {
  const [explanation, setExplanation] = useState(fields.explanation)
  const [fix, setFix] = useState(fields.suggestedFix ?? '')
  const save = (event: FormEvent): void => {
    event.preventDefault()
    if (explanation.trim() === '') return
    const edit: IssueEdit = {}
    if (explanation !== issue.explanation) edit.explanation = explanation
    if (fix !== (issue.suggestedFix ?? '')) edit.suggestedFix = fix
    work.judge(Object.keys(edit).length > 0 ? { kind: 'edited', edit } : { kind: 'accepted' })
  }
  return (
    <form className={classes.form} onSubmit={save} onKeyDown={submitOnEnter}>
      <Textarea
        size="sm"
        label="Fix"
        description="It replaces the marked words."
        autosize
        minRows={1}
        maxRows={8}
        maxLength={10_000}
        ref={focusAtEnd}
        value={fix}
        onChange={({ currentTarget }) => setFix(currentTarget.value)}
      />
      <Textarea
        size="sm"
        mt={6}
        label="Explanation"
        autosize
        minRows={2}
        maxRows={10}
        maxLength={10_000}
        error={explanation.trim() === '' && 'Say what is wrong.'}
        value={explanation}
        onChange={({ currentTarget }) => setExplanation(currentTarget.value)}
      />
      <Group gap={6} mt={8}>
        <Button type="submit" size="compact-sm">
          Save
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => work.open(null)}>
          Cancel
        </Button>
        <FormKeys />
      </Group>
    </form>
  )
}

function focusAtEnd(element: HTMLTextAreaElement | null): void {
  element?.focus({ preventScroll: true })
}

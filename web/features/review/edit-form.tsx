import { useState } from 'react'
import type { Issue } from '../../../src/schema/issue.ts'
import type { IssueEdit } from '../../../src/schema/verdict.ts'
import { CardForm } from './card-form.tsx'
import type { Workplace } from './use-workplace.ts'
import { focusAtOnce, WordsField } from '../../components/words-field.tsx'

type Props = { work: Workplace; issue: Issue; fields: Required<IssueEdit> }

/** Only what differs from the agent's words is sent; when nothing does, it is an acceptance. */
export function EditForm({ work, issue, fields }: Props) {
  const [explanation, setExplanation] = useState(fields.explanation)
  const [fix, setFix] = useState(fields.suggestedFix ?? '')
  const save = (): void => {
    if (explanation.trim() === '') return
    const edit: IssueEdit = {}
    if (explanation !== issue.explanation) edit.explanation = explanation
    if (fix !== (issue.suggestedFix ?? '')) edit.suggestedFix = fix
    work.judge(Object.keys(edit).length > 0 ? { kind: 'edited', edit } : { kind: 'accepted' })
  }
  return (
    <CardForm submit="Save" onSave={save} onCancel={() => work.open(null)}>
      <WordsField
        label="Fix"
        description="It replaces the marked words."
        ref={focusAtOnce}
        value={fix}
        onChange={setFix}
      />
      <WordsField
        label="Explanation"
        minRows={2}
        error={explanation.trim() === '' && 'Say what is wrong.'}
        value={explanation}
        onChange={setExplanation}
      />
    </CardForm>
  )
}

import { Text } from '@mantine/core'
import { memo, useLayoutEffect, useRef } from 'react'
import { Icon } from '../../components/icon.tsx'
import { CardActions } from './card-actions.tsx'
import { DismissForm } from './dismiss-form.tsx'
import { EditForm } from './edit-form.tsx'
import classes from './issue-list.module.css'
import { scoreInWords, type IssueProps } from './issue-row.tsx'
import { editedFields, standingVerdicts, verdictInWords } from './judged.ts'
import { markedSentence } from './text-marks.ts'

/** The selected issue with all that is known of it. Scrolling the list does not render it again. */
export const IssueCard = memo(function IssueCard({ reviewed, work, onHeight }: IssueProps) {
  const { issue, status, verdicts } = reviewed
  const card = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const element = card.current
    if (element === null) return
    const tell = (): void => onHeight(element.offsetHeight)
    tell()
    const observer = new ResizeObserver(tell)
    observer.observe(element)
    return () => observer.disconnect()
  }, [onHeight])
  const fields = editedFields(reviewed)
  const standing = standingVerdicts(verdicts)
  return (
    <div ref={card} className={classes.card} data-status={status}>
      <button
        type="button"
        className={classes.head}
        aria-current="true"
        title="Show it in the document"
        onClick={() => work.select(issue.id)}
      >
        <span className={classes.dot} />
        <span className={classes.type}>{issue.type}</span>
        <span className={classes.status}>
          <Icon name={status} size={14} /> {status}
        </span>
      </button>
      <div className={classes.facts}>
        <span>{reviewed.origin === 'person' ? 'added by a person' : issue.agent}</span>
        {issue.location.page !== null && <span>page {issue.location.page}</span>}
        {issue.score !== null && <span>score {scoreInWords(issue.score)}</span>}
      </div>
      {issue.unresolved && (
        <Text size="sm" className={classes.unresolved}>
          These words are not in the document. The agent may have misquoted it, so they have no
          place.
        </Text>
      )}
      <Sentence work={work} reviewed={reviewed} />
      <p className={classes.explanation}>{fields.explanation}</p>
      {work.form !== 'edit' && <Fix text={issue.text} fix={fields.suggestedFix} />}
      {standing.length > 0 && (
        <ul className={classes.verdicts}>
          {standing.map((verdict) => (
            <li key={verdict.id}>{verdictInWords(verdict)}</li>
          ))}
        </ul>
      )}
      {work.form === null && <CardActions reviewed={reviewed} work={work} />}
      {work.form === 'dismiss' && <DismissForm work={work} />}
      {work.form === 'edit' && <EditForm work={work} issue={issue} fields={fields} />}
    </div>
  )
})

function Sentence({ work, reviewed }: Pick<IssueProps, 'work' | 'reviewed'>) {
  const { issue } = reviewed
  const { paragraph } = issue.location
  const paragraphs = work.document.paragraphs
  const { before, words, after } = markedSentence(
    issue,
    paragraphs.find(({ index }) => index === paragraph),
  )
  if (before === '' && words === '') return <blockquote>{issue.text}</blockquote>
  return (
    <blockquote className={classes.sentence}>
      {before}
      <mark>{words}</mark>
      {after}
    </blockquote>
  )
}

function Fix({ text, fix }: { text: string; fix: string | null }) {
  if (fix === null) return null
  return (
    <p className={classes.fix}>
      <del>{text}</del> {fix === '' ? <em>delete these words</em> : <ins>{fix}</ins>}
    </p>
  )
}

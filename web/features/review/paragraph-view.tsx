import { memo, useEffect, useMemo, useRef, type MouseEvent } from 'react'
import type { Paragraph } from '../../../src/schema/document.ts'
import type { ReviewedIssue } from '../../../src/schema/workplace.ts'
import { readSelection } from '../../components/read-selection.ts'
import type { DocumentViewProps } from './document-view.ts'
import { byParagraph } from './group-issues.ts'
import classes from './paragraph-view.module.css'
import { showPick } from './text-selection.ts'
import { cutAtIssues } from './text-marks.ts'
import { pickOf } from '../../components/pdf/word-index.ts'

/** Documents without pages: their paragraphs, with the issues marked in the text. */
export function ParagraphView(props: DocumentViewProps) {
  const { document, issues, colours, index, selected, scrollTo, pick, onSelect, onPick } = props
  const scroller = useRef<HTMLDivElement>(null)
  const grouped = useMemo(() => byParagraph(issues), [issues])

  useEffect(() => {
    if (scrollTo === null || scrollTo.paragraph === null) return
    const target =
      scroller.current?.querySelector('mark[data-selected]') ??
      scroller.current?.querySelector(`[data-paragraph="${scrollTo.paragraph}"]`)
    target?.scrollIntoView({ block: 'center' })
  }, [scrollTo])

  useEffect(() => {
    const element = scroller.current
    return element === null ? undefined : showPick(element, index, pick)
  }, [index, pick])

  const onPointerUp = (event: MouseEvent): void => {
    const text = readSelection()
    if (text !== null) return onPick(pickOf(index, text.paragraph, text))
    onPick(null)
    const mark = (event.target as Element).closest<HTMLElement>('mark')
    const ids = mark?.dataset['issues']?.split(' ') ?? []
    const next = ids[(ids.indexOf(selected ?? '') + 1) % ids.length]
    if (next !== undefined) onSelect(next)
  }

  return (
    <div
      ref={scroller}
      className={classes.scroller}
      tabIndex={0}
      role="region"
      aria-label={`Text of ${document.name}`}
      onPointerUp={onPointerUp}
    >
      <article className={classes.sheet}>
        {document.paragraphs.map((paragraph) => {
          const own = grouped.get(paragraph.index) ?? none
          const inside = own.some(({ issue }) => issue.id === selected)
          return (
            <MarkedParagraph
              key={paragraph.index}
              paragraph={paragraph}
              issues={own}
              colours={colours}
              selected={inside ? selected : null}
            />
          )
        })}
      </article>
    </div>
  )
}

const none: ReviewedIssue[] = []

type ParagraphProps = {
  paragraph: Paragraph
  issues: ReviewedIssue[]
  colours: Map<string, number>
  selected: string | null
}

const MarkedParagraph = memo(function MarkedParagraph(props: ParagraphProps) {
  const { paragraph, issues, colours, selected } = props
  const segments = cutAtIssues(paragraph.text, issues)
  return (
    <p className={classes.paragraph} data-paragraph={paragraph.index} data-role={paragraph.role}>
      {segments.map(({ start, text, issues: covering }) => {
        const [first] = covering
        if (first === undefined) return <span key={start}>{text}</span>
        return (
          <mark
            key={start}
            className={classes.mark}
            data-colour={colours.get(first.issue.agent) ?? 0}
            data-status={first.status}
            data-issues={covering.map(({ issue }) => issue.id).join(' ')}
            data-selected={covering.some(({ issue }) => issue.id === selected) || undefined}
          >
            {text}
          </mark>
        )
      })}
    </p>
  )
})

import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import type { DocumentText } from '../../../src/schema/workplace.ts'
import { KeyboardHelp } from '../../components/keyboard-help.tsx'
import { usePageTitle } from '../../components/use-page-title.ts'
import { useLetterKeys } from '../../components/page-keys.ts'
import type { DocumentViewProps } from './document-view.ts'
import { Finished } from './finished.tsx'
import { agentColours } from './group-issues.ts'
import { IssueFilters } from './issue-filters.tsx'
import { IssueList } from './issue-list.tsx'
import { MissedForm } from './missed-form.tsx'
import { ParagraphView } from './paragraph-view.tsx'
import classes from './review-page.module.css'
import { ReadWhole } from './read-whole.tsx'
import { Refusal } from './refusal.tsx'
import { ReviewedPages } from './reviewed-pages.tsx'
import { ReviewToolbar } from './review-toolbar.tsx'
import type { ReviewState } from './review-state.ts'
import type { Zoom } from '../../components/pdf/use-page-layout.ts'
import type { Painting } from '../../components/pdf/use-painter.ts'
import { shortcuts, useShortcuts } from './use-shortcuts.ts'
import { useWorkplace } from './use-workplace.ts'
import { WordHint } from './word-hint.tsx'
import { nextZoom, ZoomControl } from '../../components/pdf/zoom-control.tsx'

type Props = {
  state: ReviewState
  document: DocumentText
  painting: Painting
  /** The issue that the address names, or the first one that is open. */
  start: string | null
  onSelect: (issue: string | null) => void
}

/** A document beside its issues. */
export function Workplace({ state, document, painting, start, onSelect }: Props) {
  usePageTitle(document.name)
  const work = useWorkplace(state, document, start)
  const { missed, selected } = work
  const [zoom, setZoom] = useState<Zoom>('width')
  const [help, setHelp] = useState(false)
  const [enabled] = useLetterKeys()
  const search = useRef<HTMLInputElement>(null)
  useShortcuts(work, {
    enabled,
    help: () => setHelp(true),
    filter: () => search.current?.focus(),
    zoom: (by) => setZoom((now) => nextZoom(now, by)),
  })
  const id = selected?.issue.id ?? null
  const told = useEffectEvent(onSelect)
  useEffect(() => told(id), [id])

  const names = [...work.review.agents, ...personAgents(work.all)]
    .map(({ name }) => name)
    .join('\n')
  const colours = useMemo(() => agentColours(names.split('\n')), [names])
  const paged = hasPages(document)
  const view: DocumentViewProps = {
    document,
    issues: work.issues,
    colours,
    index: missed.index,
    selected: id,
    scrollTo: work.scrollTo,
    pick: missed.pick,
    onSelect: (issue) => work.select(issue, { follow: false }),
    onPick: missed.choose,
  }
  return (
    <div className={classes.workplace}>
      <ReviewToolbar work={work} hasPages={paged} onHelp={() => setHelp(true)} />
      <div className={classes.panes}>
        <div className={classes.document}>
          <WordHint work={work} />
          {paged ? (
            <ReviewedPages {...view} zoom={zoom} painting={painting} />
          ) : (
            <ParagraphView {...view} />
          )}
          {paged && <ZoomControl zoom={zoom} onZoom={setZoom} />}
        </div>
        <aside className={classes.issues} aria-label="Issues">
          {missed.stage === 'form' && <MissedForm work={work} />}
          <IssueFilters work={work} field={search} />
          <Finished work={work} />
          <Refusal work={work} />
          <IssueList work={work} colours={colours} />
          <ReadWhole work={work} />
        </aside>
      </div>
      <KeyboardHelp shortcuts={shortcuts} opened={help} close={() => setHelp(false)} />
    </div>
  )
}

export function hasPages({ pages }: DocumentText): boolean {
  return pages.some(({ width }) => width !== null)
}

/** Issues that people added have no agent of the flow. */
function personAgents(issues: ReviewState['issues']): { name: string }[] {
  const added = issues.filter(({ origin }) => origin === 'person')
  return added.map(({ issue }) => ({ name: issue.agent }))
}

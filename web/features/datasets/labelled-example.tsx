import { Button, Group, SegmentedControl } from '@mantine/core'
import { useEffect, useRef, type ReactNode } from 'react'
import type { LabelledIssue } from '../../../src/schema/example.ts'
import { count } from '../../../src/schema/figure-words.ts'
import type { DatasetParagraph } from '../../../src/schema/stored-dataset.ts'
import type { DocumentText } from '../../../src/schema/workplace.ts'
import { HelpButton } from '../../components/help-button.tsx'
import { PageLoading } from '../../components/page-states.tsx'
import { KeyboardHelp } from '../../components/keyboard-help.tsx'
import classes from './datasets.module.css'
import { LabelWords } from './label-line.tsx'
import { wordsAt, type Place } from './label-places.ts'
import { LabelledPages } from './labelled-pages.tsx'
import { LabelledText } from './labelled-text.tsx'
import type { Marked } from './marked-paragraph.tsx'
import { labelShortcuts } from './use-label-keys.ts'
import { useLabelledView } from './use-labelled-view.ts'

type Props = {
  paragraphs: DatasetParagraph[]
  labels: LabelledIssue[]
  /** Of the PDF that it was read from; null: there is none, undefined: nobody knows yet. */
  pages: DocumentText | null | undefined
  /** Words that are about to be labelled. */
  picked?: Place | null
  onPick?: (place: Place) => void
  /** A letter, while a label is selected; says whether it was for it. */
  onLetter?: (key: string, number: number) => boolean
  /** Above the list of labels. */
  above?: ReactNode
  /** What can be done with a label. */
  actions?: (label: LabelledIssue, number: number) => ReactNode
}

/** A text with its labels marked, on the pages of its PDF where there is one, beside the list of them. */
export function LabelledExample(props: Props) {
  const { paragraphs, labels, pages, picked = null, onPick, above, actions } = props
  const pane = useRef<HTMLDivElement>(null)
  const view = useLabelledView(pane, { ...props, pages: pages ?? null, picked })
  const { selected, choice, index } = view
  const shown = { index, colours: view.colours, marked: view.marked, selected }
  const words = { picked: choice.place ?? picked, onSelect: view.select, onPick }
  return (
    <div className={classes.columns} data-pages={view.onPages || undefined}>
      <div ref={pane} className={classes.pane}>
        <Group className={classes.views} gap="xs">
          {pages != null && (
            <SegmentedControl
              size="xs"
              aria-label="How the document is shown"
              value={view.onPages ? 'pages' : 'text'}
              onChange={view.setShows}
              data={[
                { value: 'pages', label: 'Pages' },
                { value: 'text', label: 'Text' },
              ]}
            />
          )}
          <HelpButton onHelp={() => view.setHelp(true)} />
        </Group>
        {pages === undefined && <PageLoading words="Loading the pages" />}
        {view.onPages && pages != null && (
          <LabelledPages
            {...shown}
            {...words}
            document={pages}
            shown={view.shown}
            zoom={view.zoom}
            onZoom={view.setZoom}
          />
        )}
        {!view.onPages && pages !== undefined && (
          <LabelledText {...shown} {...words} paragraphs={paragraphs} />
        )}
        {choice.place !== null && (
          <ChosenWords
            words={wordsAt(choice.place, paragraphs)}
            onTake={view.take}
            onCancel={choice.end}
          />
        )}
      </div>
      <aside className={classes.side} aria-label="Labels">
        {above}
        <h2>{count(labels.length, 'label')}</h2>
        <ol className={classes.labels}>
          {view.marked.map((one) => (
            <LabelItem
              key={one.number}
              marked={one}
              colour={view.colours.get(one.label.type) ?? 0}
              isSelected={one.number === selected}
              onShow={() => view.show(one.number)}
            >
              {actions?.(one.label, one.number)}
            </LabelItem>
          ))}
        </ol>
      </aside>
      <KeyboardHelp
        shortcuts={labelShortcuts}
        opened={view.help}
        close={() => view.setHelp(false)}
      />
    </div>
  )
}

type ChosenProps = { words: string; onTake: () => void; onCancel: () => void }

/** Over the document, not beside it: that must not move while somebody chooses words. */
function ChosenWords({ words, onTake, onCancel }: ChosenProps) {
  return (
    <Group className={classes.chosen} gap="xs" wrap="nowrap" role="status">
      <span>
        Arrows choose, Shift extends: <b>{words}</b>
      </span>
      <Button size="compact-sm" onClick={onTake}>
        Label (Enter)
      </Button>
      <Button size="compact-sm" variant="default" onClick={onCancel}>
        Cancel
      </Button>
    </Group>
  )
}

type ItemProps = {
  marked: Marked
  colour: number
  isSelected: boolean
  onShow: () => void
  children: ReactNode
}

function LabelItem({ marked: { label, place }, colour, isSelected, onShow, children }: ItemProps) {
  const item = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (isSelected) item.current?.scrollIntoView({ block: 'nearest' })
  }, [isSelected])
  return (
    <li
      ref={item}
      className={classes.label}
      data-colour={colour}
      data-selected={isSelected || undefined}
      aria-current={isSelected || undefined}
    >
      <div>
        <LabelWords label={label} isNowhere={place === null} />
      </div>
      <div className={classes.labelActions}>
        {place !== null && (
          <button type="button" className={classes.place} onClick={onShow}>
            Paragraph {place.paragraph + 1}
          </button>
        )}
        {children}
      </div>
    </li>
  )
}

import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useLayoutEffect, useRef, useState } from 'react'
import type { MeasuredText } from '../../../src/schema/api/evaluations.ts'
import type { MistakeInContext } from '../../../src/schema/evaluation-details.ts'
import { api, sentenceOf } from '../../api.ts'
import { MarkedText } from '../../components/evaluation/marked-text.tsx'
import { MistakeText } from '../../components/evaluation/mistake-item.tsx'
import { Quiet } from '../../components/page.tsx'
import { PageLoading } from '../../components/page-states.tsx'
import classes from './mistakes.module.css'
import { placeOf, rangesInWhole } from './mistake-place.ts'
import { widen, type Window, windowAround } from './paragraph-window.ts'

type Props = { evaluation: string; mistake: MistakeInContext }

/** The document of a mistake, at the paragraph in which it was made. */
export function MistakeDocument({ evaluation, mistake }: Props) {
  const { document } = mistake
  const { data, error } = useQuery(
    api.evaluations.text.queryOptions({
      input: { evaluation, document },
      staleTime: Infinity,
    }),
  )
  const place = data && placeOf(mistake, data)
  const reason = error === null ? (place === 'changed' ? changed : null) : sentenceOf(error)
  return (
    <div className={classes.document}>
      <h3 className={classes.name}>
        <bdi>{document}</bdi>
      </h3>
      {reason !== null ? (
        <Alone mistake={mistake} reason={reason} />
      ) : data === undefined ? (
        <PageLoading words="Loading the document" />
      ) : (
        <Paragraphs
          key={document}
          text={data}
          mistake={mistake}
          position={typeof place === 'number' ? place : null}
        />
      )}
    </div>
  )
}

const changed = 'The document was changed after it had been measured.'

/** Its paragraph is kept with the evaluation. */
function Alone({ mistake, reason }: { mistake: MistakeInContext; reason: string }) {
  return (
    <div className={classes.alone}>
      <Quiet>{reason} This is what was measured:</Quiet>
      <MistakeText mistake={mistake} />
    </div>
  )
}

type ParagraphsProps = { text: MeasuredText; mistake: MistakeInContext; position: number | null }

function Paragraphs({ text, mistake, position }: ParagraphsProps) {
  const { document, paragraphs } = text
  const [shown, setShown] = useShown(mistake, position ?? 0, paragraphs.length)
  const scroller = useScrollTo(mistake, position)
  const more = (side: 'before' | 'after') => () => setShown(widen(shown, side, paragraphs.length))
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      tabIndex={0}
      role="region"
      aria-label={`Text of ${document}`}
    >
      {position === null && (
        <div className={classes.alone}>
          <MistakeText mistake={mistake} />
        </div>
      )}
      <article className={classes.sheet}>
        {shown.start > 0 && <More words="Show what comes before" onClick={more('before')} />}
        {paragraphs.slice(shown.start, shown.end).map(({ index, text: own, page }, nth) => {
          const isPlace = shown.start + nth === position
          const isNewPage = page !== paragraphs[shown.start + nth - 1]?.page
          return (
            <div key={index} data-place={isPlace || undefined}>
              {isNewPage && page > 1 && <p className={classes.page}>Page {page}</p>}
              <p className={classes.paragraph} dir="auto">
                {isPlace ? <MarkedText whole text={own} {...rangesInWhole(mistake)} /> : own}
              </p>
            </div>
          )
        })}
        {shown.end < paragraphs.length && (
          <More words="Show what comes after" onClick={more('after')} />
        )}
      </article>
    </div>
  )
}

function More({ words, onClick }: { words: string; onClick: () => void }) {
  return (
    <Button size="compact-sm" variant="default" mb="xs" onClick={onClick}>
      {words}
    </Button>
  )
}

/** Begins anew around each mistake that lies outside. */
function useShown(mistake: MistakeInContext, position: number, count: number) {
  const [state, setState] = useState({ mistake, shown: windowAround(position, count) })
  const { start, end } = state.shown
  const isNew = state.mistake !== mistake
  const isInside = start <= position && position < end
  const shown = isNew && !isInside ? windowAround(position, count) : state.shown
  if (isNew) setState({ mistake, shown })
  return [shown, (next: Window) => setState({ mistake, shown: next })] as const
}

/** The text moves in its own box; the page stays where it is. */
function useScrollTo(mistake: MistakeInContext, position: number | null) {
  const scroller = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const box = scroller.current
    if (box === null) return
    const target = box.querySelector('mark') ?? box.querySelector('[data-place]')
    if (target === null) box.scrollTop = 0
    else {
      const distance = target.getBoundingClientRect().top - box.getBoundingClientRect().top
      box.scrollTop += distance - box.clientHeight / 3
    }
  }, [mistake, position])
  return scroller
}

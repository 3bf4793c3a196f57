import { useMemo, useState, type RefObject } from 'react'
import type { LabelledIssue } from '../../../src/schema/example.ts'
import type { DatasetParagraph } from '../../../src/schema/stored-dataset.ts'
import type { DocumentText } from '../../../src/schema/workplace.ts'
import type { Zoom } from '../../components/pdf/use-page-layout.ts'
import { pickOf } from '../../components/pdf/word-index.ts'
import { nextZoom } from '../../components/pdf/zoom-control.tsx'
import { indexExample } from './label-index.ts'
import { placeOf, type Place } from './label-places.ts'
import { typeColours } from './type-colours.ts'
import { useLabelKeys } from './use-label-keys.ts'
import { useWordChoice } from './use-word-choice.ts'

type Options = {
  paragraphs: DatasetParagraph[]
  labels: LabelledIssue[]
  /** Null: there are none. */
  pages: DocumentText | null
  picked: Place | null
  onPick?: (place: Place) => void
  onLetter?: (key: string, number: number) => boolean
}

/** What of an example is in sight and which label is selected, for buttons and keys alike. */
export function useLabelledView(pane: RefObject<HTMLDivElement | null>, options: Options) {
  const { paragraphs, labels, pages, picked, onPick, onLetter } = options
  const [chosen, select] = useState<number | null>(null)
  const selected = chosen === null || chosen >= labels.length ? null : chosen
  const [shown, setShown] = useState<{ place: Place } | null>(null)
  const sight = useSight(pages !== null)
  const colours = useMemo(() => typeColours(labels), [labels])
  const index = useMemo(() => indexExample(paragraphs, pages), [paragraphs, pages])
  const marked = useMemo(
    () => labels.map((label, number) => ({ label, number, place: placeOf(label, paragraphs) })),
    [labels, paragraphs],
  )
  const goTo = (place: Place): void => {
    setShown({ place })
    const paragraph = pane.current?.querySelector(`[data-paragraph="${place.paragraph}"]`)
    paragraph?.scrollIntoView({ block: 'nearest' })
  }
  const choice = useWordChoice(index, goTo)
  const show = (number: number): void => {
    const place = marked[number]?.place ?? null
    select(number)
    if (place !== null) goTo(place)
  }
  const leave = (): void =>
    pane.current
      ?.querySelector<HTMLElement>('[role=region], article')
      ?.focus({ preventScroll: true })
  const take = (): void => {
    choice.end()
    if (choice.place !== null) onPick?.(choice.place)
  }
  useLabelKeys({
    choice,
    take,
    leave,
    step(by) {
      if (labels.length === 0) return
      const first = by === 1 ? 0 : labels.length - 1
      show(selected === null ? first : Math.min(Math.max(selected + by, 0), labels.length - 1))
    },
    choose() {
      if (onPick === undefined) return
      const from = picked ?? marked[selected ?? -1]?.place ?? shown?.place
      leave()
      choice.begin(from == null ? 0 : (pickOf(index, from.paragraph, from)?.from ?? 0))
    },
    press: (key) => sight.press(key) || (selected !== null && onLetter?.(key, selected) === true),
  })
  return { ...sight, selected, select, show, shown, colours, index, marked, choice, take }
}

/** Pages or text, how large, and the help. */
function useSight(hasPages: boolean) {
  const [shows, setShows] = useState('pages')
  const [zoom, setZoom] = useState<Zoom>('width')
  const [help, setHelp] = useState(false)
  const onPages = hasPages && shows === 'pages'
  const press = (key: string): boolean => {
    const by = zooms[key]
    if (key === '?') setHelp(true)
    else if (by !== undefined && onPages) setZoom(nextZoom(zoom, by))
    else return false
    return true
  }
  return { onPages, setShows, zoom, setZoom, help, setHelp, press }
}

const zooms: Record<string, 'in' | 'out' | 'width'> = {
  '+': 'in',
  '=': 'in',
  '-': 'out',
  '0': 'width',
}

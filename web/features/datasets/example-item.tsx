import type { ListedExample } from '../../../src/schema/api/datasets.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { Quiet } from '../../components/page.tsx'
import classes from './datasets.module.css'
import { ExampleLink } from '../../components/example-link.tsx'
import { placeOf } from './label-places.ts'
import { LabelLine } from './label-line.tsx'
import { MarkedParagraph } from './marked-paragraph.tsx'
import { splitWords } from './split-sizes.tsx'
import { TypeCounts } from './type-counts.tsx'

type Props = {
  example: ListedExample
  version: { dataset: string; hash: string }
  colours: Map<string, number>
}

/** An example in short: the paragraphs that have labels, each above its labels. */
export function ExampleItem({ example, version, colours }: Props) {
  const { id, split, issues } = example
  return (
    <li className={classes.example}>
      <header>
        <ExampleLink dataset={version.dataset} version={version.hash} id={id} />
        <span className={classes.quiet}>
          {splitWords[split]} · {count(issues, 'issue')}
          {example.length !== null && ` · ${count(example.length, 'paragraph')}`}
        </span>
      </header>
      <InShort example={example} colours={colours} />
    </li>
  )
}

/** Who may not export opens an example to see what is labelled in it. */
function InShort({ example, colours }: Pick<Props, 'example' | 'colours'>) {
  const { beginning, paragraphs, labels } = example
  if (beginning === null) return <Quiet>Its document was deleted, and its labels with it.</Quiet>
  if (paragraphs !== null && labels !== null) {
    return <Excerpts paragraphs={paragraphs} labels={labels} colours={colours} />
  }
  return (
    <>
      <blockquote dir="auto" className={classes.paragraph}>
        {beginning}
      </blockquote>
      {example.issues > 0 && <TypeCounts splits={[example]} />}
    </>
  )
}

const mostExcerpts = 6
const firstWords = 280

type Content = {
  paragraphs: NonNullable<ListedExample['paragraphs']>
  labels: NonNullable<ListedExample['labels']>
  colours: Map<string, number>
}

function Excerpts({ paragraphs, labels, colours }: Content) {
  const placed = labels.map((label, number) => ({
    number,
    label,
    place: placeOf(label, paragraphs),
  }))
  const marked = paragraphs
    .map((paragraph) => ({
      paragraph,
      own: placed.filter(({ place }) => place?.paragraph === paragraph.index),
    }))
    .filter(({ own }) => own.length > 0)
  const nowhere = placed.filter(({ place }) => place === null)
  if (labels.length === 0) {
    const text = paragraphs.find((one) => one.text !== '')?.text ?? ''
    const more = text.length > firstWords || paragraphs.length > 1
    return (
      <blockquote dir="auto" className={classes.paragraph}>
        {text.slice(0, firstWords)}
        {more && ' …'}
      </blockquote>
    )
  }
  return (
    <>
      {marked.slice(0, mostExcerpts).map(({ paragraph, own }) => (
        <div key={paragraph.index}>
          <blockquote dir="auto" className={classes.paragraph}>
            <MarkedParagraph text={paragraph.text} marked={own} colours={colours} excerpt />
          </blockquote>
          <ul className={classes.lines}>
            {own.map(({ number, label }) => (
              <LabelLine key={number} label={label} colours={colours} />
            ))}
          </ul>
        </div>
      ))}
      {marked.length > mostExcerpts && (
        <Quiet>
          {mostExcerpts} of {marked.length} paragraphs with labels; open it to see all.
        </Quiet>
      )}
      {nowhere.length > 0 && (
        <ul className={classes.lines}>
          {nowhere.map(({ number, label }) => (
            <LabelLine key={number} label={label} colours={colours} isNowhere />
          ))}
        </ul>
      )}
    </>
  )
}

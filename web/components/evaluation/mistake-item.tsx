import type { MistakeInContext } from '../../../src/schema/evaluation-details.ts'
import classes from './evaluation.module.css'
import { MarkedText } from './marked-text.tsx'

const longestQuote = 240

/** One mistake beside the paragraph in which it was made. */
export function MistakeItem({ mistake }: { mistake: MistakeInContext }) {
  const { kind, document, truth, detected } = mistake
  return (
    <li
      className={classes.mistake}
      data-kind={kind}
      data-detected={detected?.type ?? ''}
      data-truth={truth?.type ?? ''}
      data-document={document}
    >
      <p className={classes.head}>
        <MistakePlace mistake={mistake} />
      </p>
      <MistakeSides mistake={mistake} />
      <MistakeText mistake={mistake} />
    </li>
  )
}

/** Of what kind it is and where. */
export function MistakePlace({ mistake }: { mistake: MistakeInContext }) {
  const { kind, document, paragraph } = mistake
  return (
    <>
      <strong className={classes.kind}>{kind}</strong>{' '}
      <span className={classes.place}>
        <bdi>{document}</bdi>
        {paragraph !== null && ` · paragraph ${paragraph.index + 1}`}
      </span>
    </>
  )
}

/** What was expected and what was found. */
export function MistakeSides({ mistake: { truth, detected } }: { mistake: MistakeInContext }) {
  return (
    <dl className={classes.sides}>
      {truth !== null && <Side label="Labelled" named={truth} />}
      {detected !== null && <Side label="Detected" named={detected} />}
    </dl>
  )
}

type SideProps = { label: string; named: NonNullable<MistakeInContext['truth']> }

function Side({ label, named: { type, text } }: SideProps) {
  return (
    <>
      <dt>{label}</dt>
      <dd>
        <b>
          <bdi>{type}</bdi>
        </b>{' '}
        {text === '' ? (
          <i>no text</i>
        ) : (
          <>
            “<bdi>{shorten(text)}</bdi>”
          </>
        )}
      </dd>
    </>
  )
}

/** The whole is marked in the paragraph. */
function shorten(text: string): string {
  const characters = Array.from(text)
  const more = characters.length - longestQuote
  return more <= 0 ? text : `${characters.slice(0, longestQuote).join('')}[… ${more} characters]`
}

/** Its paragraph, or what was quoted from elsewhere. */
export function MistakeText({ mistake }: { mistake: MistakeInContext }) {
  const { paragraph, sentence, detectedRange, truthRange } = mistake
  if (paragraph === null) return <NotFound sentence={sentence} />
  return (
    <blockquote dir="auto" className={classes.paragraph}>
      <MarkedText
        text={paragraph.text}
        leftOut={paragraph.leftOut}
        detected={detectedRange}
        truth={truthRange}
      />
    </blockquote>
  )
}

function NotFound({ sentence }: { sentence: string }) {
  if (sentence === '') return <p className={classes.quiet}>Not found in the document.</p>
  return (
    <>
      <p className={classes.quiet}>Not found in the document; quoted from:</p>
      <blockquote dir="auto" className={classes.paragraph}>
        {sentence}
      </blockquote>
    </>
  )
}

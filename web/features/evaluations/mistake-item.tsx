import type { MistakeInContext } from '../../../src/schema/evaluation-details.ts'
import { markedPieces } from '../../../src/schema/marked-pieces.ts'
import { Quiet } from '../../components/page.tsx'
import classes from './evaluations.module.css'

const longestQuote = 240

/** One mistake beside the paragraph in which it was made. */
export function MistakeItem({ mistake }: { mistake: MistakeInContext }) {
  const { kind, document, paragraph, truth, detected } = mistake
  return (
    <li className={classes.mistake}>
      <header>
        <strong>{kind}</strong>
        <span className={classes.quiet}>
          <bdi>{document}</bdi>
          {paragraph !== null && ` · paragraph ${paragraph.index + 1}`}
        </span>
      </header>
      <dl className={classes.sides}>
        <Side label="Labelled" named={truth} />
        <Side label="Detected" named={detected} />
      </dl>
      <Quoted mistake={mistake} />
    </li>
  )
}

function Side({ label, named }: { label: string; named: MistakeInContext['truth'] }) {
  if (named === null) return null
  const characters = Array.from(named.text)
  const more = characters.length - longestQuote
  const text = more > 0 ? `${characters.slice(0, longestQuote).join('')}…` : named.text
  return (
    <>
      <dt>{label}</dt>
      <dd>
        <b>
          <bdi>{named.type}</bdi>
        </b>{' '}
        {text === '' ? (
          <i>no text</i>
        ) : (
          <>
            “<bdi>{text}</bdi>”
          </>
        )}
      </dd>
    </>
  )
}

function Quoted({ mistake }: { mistake: MistakeInContext }) {
  const { paragraph, sentence, detectedRange, truthRange } = mistake
  if (paragraph === null) {
    const found = sentence === '' ? '' : `; quoted from: “${sentence}”`
    return <Quiet>Not found in the document{found}.</Quiet>
  }
  const ranges = { detected: detectedRange, truth: truthRange }
  const { before, pieces, after } = markedPieces(paragraph.text, ranges)
  return (
    <blockquote dir="auto" className={classes.paragraph}>
      <LeftOut characters={before} />
      {pieces.map(({ text, marks }, index) =>
        marks.length === 0 ? (
          text
        ) : (
          <mark
            key={index}
            {...(marks.includes('truth') && { 'data-truth': true })}
            {...(marks.includes('detected') && { 'data-detected': true })}
          >
            {text}
          </mark>
        ),
      )}
      <LeftOut characters={after} />
    </blockquote>
  )
}

function LeftOut({ characters }: { characters: number }) {
  if (characters === 0) return null
  return <span className={classes.quiet}> [… {characters} characters] </span>
}

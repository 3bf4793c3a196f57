import type { LabelledIssue } from '../../../src/schema/example.ts'
import classes from './datasets.module.css'

type Props = {
  label: LabelledIssue
  colours: Map<string, number>
  /** Whether it is not known where in the text it is. */
  isNowhere?: boolean
}

/** A label in a line. */
export function LabelLine(props: Props) {
  return (
    <li className={classes.line} data-colour={props.colours.get(props.label.type) ?? 0}>
      <LabelWords {...props} />
    </li>
  )
}

export function LabelWords({ label, isNowhere = false }: Omit<Props, 'colours'>) {
  const { type, text, explanation, suggestedFix, ignore } = label
  return (
    <>
      <b>
        <bdi>{type}</bdi>
      </b>{' '}
      {text === '' ? <i>no words</i> : <Quoted words={text} />}
      {suggestedFix != null && suggestedFix !== '' && (
        <>
          {' '}
          fix: <Quoted words={suggestedFix} />
        </>
      )}
      {ignore === true && (
        <>
          {' '}
          <span className={classes.tag}>ignored</span>
        </>
      )}
      {isNowhere && (
        <>
          {' '}
          <span className={classes.tag}>place unknown</span>
        </>
      )}
      {explanation != null && explanation !== '' && (
        <span className={classes.quiet}> {explanation}</span>
      )}
    </>
  )
}

function Quoted({ words }: { words: string }) {
  return (
    <>
      “<bdi>{words}</bdi>”
    </>
  )
}
